//! Spanish.

use super::speech::Speech;

pub(super) const SPEECH: Speech = Speech {
    question: &[
        "¿Tengo que devolverlo primero o me hacéis antes el reembolso?",
        "¿Cuánto suele tardar el dinero en llegar a la tarjeta?",
        "¿Necesitáis algo más por mi parte?",
        "¿Sería posible cambiarlo por otro en vez del reembolso?",
        "Una pregunta: ¿los gastos de la devolución quién los paga?",
        "¿Lo dejo en cualquier punto o pasan a recogerlo?",
    ],
    photo_added: &[
        "Ya está, he subido la foto. La esquina venía así cuando lo recogí.",
        "Aquí tenéis una de la etiqueta y otra de la caja.",
        "He añadido dos fotos más, no hay mucha luz pero se ve.",
        "Foto subida, espero que sirva",
        "¡Hecho! En la segunda es donde mejor se aprecia.",
    ],
    thanks: &[
        "¡Muchísimas gracias, qué rapidez!",
        "Perfecto, gracias por solucionarlo.",
        "Gracias, así da gusto. Repetiré seguro.",
        "Ya me ha llegado el dinero, gracias 🙂",
        "Genial, muy amables.",
    ],
    impatient: &[
        "¿Se sabe algo? Ya van tres días.",
        "¿Hola? ¿Hay alguien?",
        "Sigo sin noticias vuestras.",
        "Decidme algo, por favor, aunque sea que no.",
        "Esto se está alargando demasiado para lo poco que es.",
    ],
    accepts_offer: &[
        "Me parece justo, me lo quedo y acepto.",
        "Vale, de acuerdo. Gracias por buscar una solución.",
        "Por mí bien, con la mitad me conformo.",
        "Sí, hagámoslo así.",
        "Acabo de aceptarlo en la app.",
    ],
    declines_offer: &[
        "Gracias, pero prefiero devolverlo y recuperar todo.",
        "Es muy poco para algo que no puedo usar.",
        "No, lo siento. Yo pagué el precio completo.",
        "Lo rechazo, quiero el reembolso entero.",
        "La verdad, esa oferta no me convence.",
    ],
    shipped_back: &[
        "Lo he dejado esta mañana en la oficina, tengo el resguardo.",
        "Ya va de vuelta, en la misma caja en la que vino.",
        "Enviado hoy. Avisadme cuando os llegue.",
        "Devuelto en el punto de recogida, me dijeron tres o cuatro días.",
        "El paquete ya lo tiene el mensajero, el seguimiento saldrá esta noche.",
    ],
    seller: &[
        "Hola, sentimos mucho lo ocurrido. ¿Puedes añadir una foto del exterior de la caja, para ver qué pasó por el camino?",
        "Gracias por avisarnos. Lo estamos mirando y te contestamos hoy por aquí.",
        "Hemos preguntado al transportista dónde está el paquete y esperamos respuesta mañana.",
        "¿Nos mandas una foto de la etiqueta del paquete? Así vemos con qué pedido se cruzó.",
        "Gracias por las fotos, se ve muy bien. El almacén está comprobando las existencias.",
        "Hemos visto tu solicitud y te decimos algo antes de que acabe el día.",
        "¿Qué talla usas normalmente? Nos ayuda a corregir la guía.",
    ],
    tracking: &[
        "Etiqueta de envío creada",
        "Paquete entregado al transportista",
        "En el centro de clasificación",
        "Ha salido del centro de clasificación",
        "En la delegación de destino",
        "En reparto",
        "Entregado",
    ],
};
