//! Buyers: invented names as people in each region would have them.

use super::people_asia::{INDONESIA, THAILAND};

/// A buyer.
#[derive(Debug)]
pub struct Person {
    pub first: &'static str,
    pub last: &'static str,
    /// As shown in the chat.
    pub nickname: &'static str,
    /// Ends a Thai sentence with ครับ rather than ค่ะ.
    pub says_khrap: bool,
}

pub(super) const fn p(first: &'static str, last: &'static str, nickname: &'static str) -> Person {
    Person { first, last, nickname, says_khrap: false }
}

pub(super) const fn khrap(first: &'static str, last: &'static str, nickname: &'static str) -> Person {
    Person { first, last, nickname, says_khrap: true }
}

/// A line of `words` or `answers` as this person says it: Thai ends its sentences with a particle
/// of the speaker.
pub fn in_voice_of(person: &Person, line: &str) -> String {
    if person.says_khrap {
        line.replace("ค่ะ", "ครับ").replace("คะ", "ครับ")
    } else {
        line.to_owned()
    }
}

/// The buyers of a region, at least 40. An unknown region has those of the United States.
pub fn people(region: &str) -> &'static [Person] {
    match region {
        "GB" => BRITAIN,
        "ID" => INDONESIA,
        "TH" => THAILAND,
        "ES" => SPAIN,
        _ => UNITED_STATES,
    }
}

const UNITED_STATES: &[Person] = &[
    p("Dana", "Reyes", "dana.brews"),
    p("Cole", "Turner", "coleturner"),
    p("Jae", "Park", "jaeonthetrail"),
    p("Marisol", "Vega", "marisolv"),
    p("Tyler", "Brooks", "ty_brooks"),
    p("Aaliyah", "Johnson", "aaliyah.j"),
    p("Grace", "Kim", "gracekimhome"),
    p("Ethan", "Miller", "ethan m"),
    p("Priscilla", "Nguyen", "prissyn"),
    p("Marcus", "Hill", "marcus.hill"),
    p("Hannah", "Schmidt", "hannahbakes"),
    p("Luis", "Ortega", "luis_o"),
    p("Brianna", "Carter", "bri carter"),
    p("Noah", "Goldberg", "noahg"),
    p("Destiny", "Williams", "destinyw"),
    p("Kevin", "Tran", "kevtran"),
    p("Emily", "Larson", "em.larson"),
    p("Andre", "Thompson", "dre_t"),
    p("Sofia", "Rossi", "sofiarossi"),
    p("Caleb", "Stone", "calebstone"),
    p("Jasmine", "Patel", "jas.patel"),
    p("Robert", "O'Neil", "bobby oneil"),
    p("Mei", "Chen", "meichen"),
    p("Savannah", "Cole", "savvy.c"),
    p("Darnell", "Washington", "darnell w"),
    p("Kayla", "Murphy", "kaylamurph"),
    p("Omar", "Haddad", "omarh"),
    p("Rachel", "Adler", "rach_adler"),
    p("Isaiah", "Green", "isaiah.green"),
    p("Ana", "Castillo", "anacas"),
    p("Dylan", "Foster", "dylanf"),
    p("Naomi", "Okafor", "naomiok"),
    p("Chris", "Jensen", "cjensen"),
    p("Leah", "Whitehorse", "leahw"),
    p("Gabriel", "Santos", "gabesantos"),
    p("Paige", "Morgan", "paigemorgan"),
    p("Victor", "Ruiz", "vic.ruiz"),
    p("Tessa", "Hughes", "tessa h"),
    p("Malik", "Robinson", "malikrob"),
    p("Ingrid", "Olsen", "ingrid.o"),
    p("Joaquin", "Flores", "joaquinf"),
    p("Shauna", "Byrne", "shaunab"),
];

const BRITAIN: &[Person] = &[
    p("Priya", "Kapoor", "priya.k"),
    p("Owen", "Lewis", "owen lewis"),
    p("Charlotte", "Hughes", "lottiehughes"),
    p("Callum", "Fraser", "cal_fraser"),
    p("Amelia", "Wright", "ameliaw"),
    p("Hamza", "Sheikh", "hamza.sheikh"),
    p("Niamh", "Gallagher", "niamhg"),
    p("Jack", "Thornton", "jackthornton"),
    p("Imogen", "Clarke", "immy.c"),
    p("Rhys", "Morgan", "rhys m"),
    p("Zainab", "Hussain", "zainabh"),
    p("Harry", "Bennett", "harrybennett"),
    p("Eilidh", "MacLeod", "eilidh.mac"),
    p("Tom", "Ashworth", "tomash"),
    p("Beatrice", "Lowe", "bea lowe"),
    p("Kwame", "Mensah", "kwamem"),
    p("Poppy", "Edwards", "poppyedwards"),
    p("Daniel", "Cohen", "dan_cohen"),
    p("Freya", "Marsh", "freyamarsh"),
    p("Arjun", "Mehta", "arjunm"),
    p("Megan", "Price", "megprice"),
    p("George", "Hartley", "george.hartley"),
    p("Chidinma", "Eze", "chidi.eze"),
    p("Isla", "Robertson", "islar"),
    p("Liam", "Doyle", "liamdoyle"),
    p("Phoebe", "Turner", "phoebs"),
    p("Mohammed", "Ali", "mo_ali"),
    p("Gwen", "Davies", "gwendavies"),
    p("Oscar", "Whitfield", "oscarw"),
    p("Sadia", "Rahman", "sadia r"),
    p("Alfie", "Cooper", "alfiecoops"),
    p("Matilda", "Shaw", "tildashaw"),
    p("Ewan", "Campbell", "ewan.c"),
    p("Jasmine", "Osei", "jasosei"),
    p("Peter", "Langley", "peterlangley"),
    p("Katarzyna", "Nowak", "kasia.n"),
    p("Toby", "Fletcher", "tobyf"),
    p("Rosie", "Atkinson", "rosie atkinson"),
    p("Nathan", "Pike", "nathanpike"),
    p("Leila", "Farahani", "leilaf"),
    p("Stephen", "Birch", "steve birch"),
    p("Orla", "Kelly", "orlakelly"),
];

const SPAIN: &[Person] = &[
    p("Lucía", "Martín", "luciamartin"),
    p("Iker", "Santos", "iker.santos"),
    p("Carmen", "Ortega", "carmen_ortega"),
    p("Álvaro", "Gómez", "alvarog"),
    p("Marta", "Ruiz", "marta ruiz"),
    p("Pablo", "Navarro", "pablonav"),
    p("Ainhoa", "Etxeberria", "ainhoa.e"),
    p("Sergio", "Molina", "sergiomol"),
    p("Paula", "Serrano", "paula serrano"),
    p("Jordi", "Puig", "jordipuig"),
    p("Elena", "Castro", "elenac"),
    p("Diego", "Romero", "diegoromero"),
    p("Nuria", "Vidal", "nuria.vidal"),
    p("Adrián", "Iglesias", "adri_iglesias"),
    p("Rocío", "Delgado", "rociodelgado"),
    p("Hugo", "Fuentes", "hugofuentes"),
    p("Irene", "Campos", "irenecampos"),
    p("Manuel", "Cabrera", "manu cabrera"),
    p("Sara", "Domínguez", "saradom"),
    p("Xoán", "Rey", "xoanrey"),
    p("Alba", "Herrero", "alba.h"),
    p("Javier", "Lozano", "javilozano"),
    p("Montserrat", "Ferrer", "montse.f"),
    p("Rubén", "Prieto", "rubenprieto"),
    p("Claudia", "Méndez", "claudiam"),
    p("Raúl", "Aguilar", "raul aguilar"),
    p("Noelia", "Pascual", "noeliap"),
    p("Víctor", "Gallego", "victorg"),
    p("Andrea", "Sanz", "andreasanz"),
    p("Miguel", "Crespo", "miguelcrespo"),
    p("Laia", "Roca", "laiaroca"),
    p("Daniel", "Esteban", "dani_esteban"),
    p("Cristina", "Vega", "cris.vega"),
    p("Óscar", "Blanco", "oscarblanco"),
    p("Inés", "Carrasco", "inescarrasco"),
    p("Gonzalo", "Peña", "gonzalo pe"),
    p("Leire", "Aguirre", "leireagui"),
    p("Antonio", "Cano", "toni cano"),
    p("Beatriz", "Soler", "beasoler"),
    p("Samuel", "Nieto", "samunieto"),
    p("Yolanda", "Reyes", "yolir"),
    p("Martina", "Luque", "martinaluque"),
];
