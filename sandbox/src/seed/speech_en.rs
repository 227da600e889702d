//! English.

use super::speech::Speech;

pub(super) const SPEECH: Speech = Speech {
    question: &[
        "Do I need to send it back first, or does the refund come before that?",
        "How long does it usually take until the money is on my card?",
        "Is there anything else you need from me?",
        "Would a replacement be possible instead?",
        "Who pays for the return label?",
        "Can I drop it off anywhere or does somebody collect it?",
    ],
    photo_added: &[
        "Sure, added. The corner was like that when I picked it up from the porch.",
        "Here's a photo of the label and one of the box.",
        "I've put two more pictures in, the light isn't great but you can see it.",
        "Photo added, hope that helps",
        "Done! You can see it best in the second one.",
    ],
    thanks: &[
        "Thank you so much, that was quick!",
        "Great, thanks for sorting it out.",
        "Appreciate it. I'll definitely order again.",
        "Money's arrived, thank you 🙂",
        "Brilliant, cheers for your help.",
        "Thanks, have a lovely day.",
    ],
    impatient: &[
        "Any news? It's been three days.",
        "Hello? Is anyone reading this?",
        "I still haven't heard anything.",
        "Can someone please just give me an answer, yes or no.",
        "This is taking far too long for such a small thing.",
    ],
    accepts_offer: &[
        "That's fair, I'll take it and keep the item.",
        "Okay, I accept. Thanks for meeting me halfway.",
        "Fine by me, half back is good.",
        "Yes please, let's do that.",
        "Accepted in the app just now.",
    ],
    declines_offer: &[
        "Thanks but no, I'd rather send it back and have the full amount.",
        "That's too little for something I can't use.",
        "No, sorry. I paid the full price.",
        "I'll decline, I really want the whole refund.",
        "Not happy with that offer to be honest.",
    ],
    shipped_back: &[
        "Dropped it off this morning, I have the receipt.",
        "It's on its way back to you, same box as it came in.",
        "Posted today. Let me know when it gets there.",
        "Returned it at the counter, they said three to four days.",
        "Parcel is with the courier now, tracking should show up tonight.",
    ],
    seller: &[
        "Hi, I'm sorry about this. Could you add one photo of the outside of the box, so we can see what happened on the way?",
        "Thank you for telling us. We are looking into it and will answer here today.",
        "We have asked the carrier where the parcel is and expect an answer by tomorrow.",
        "Could you send a photo of the label on the parcel? Then we can see which order got mixed up.",
        "Thanks for the photos, they are clear. Our packing team is checking the stock now.",
        "We saw your request and will come back to you before the end of the day.",
        "Which size do you usually wear? It helps us to put the size chart right.",
    ],
    tracking: &[
        "Shipping label created",
        "Parcel handed over to the carrier",
        "Arrived at sorting centre",
        "Left sorting centre",
        "Arrived at local depot",
        "Out for delivery",
        "Delivered",
    ],
};
