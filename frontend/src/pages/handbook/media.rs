//! The pictures and the video of a step in the editor: what is there, what is on its way, and what can be done.

use super::bringing::{Aim, Bringing, Parcel, Way, megabytes};
use super::editor::{field_id, go_to, stay_at_head};
use super::typing::Fields;
use crate::api::Failure;
use crate::components::{Banner, BannerTone, Icon};
use crate::i18n::errors::Told;
use crate::web;
use leptos::prelude::*;
use shared::domain::files::{FileId, FileKind, FileUse};
use shared::domain::handbook::Video;
use shared::error::ErrorCode;

const PICTURES: &str = "image/png,image/jpeg,image/webp,image/gif";
const VIDEOS: &str = "video/mp4,video/webm";
const CAPTIONS: &str = ".vtt,text/vtt";

/// Lets files be dropped where they are taken.
pub fn let_drop(event: leptos::ev::DragEvent) {
    if web::drags_files(&event) {
        event.prevent_default();
    }
}

/// What a refused upload means, in words for who writes.
fn refused(failure: &Failure, aim: Aim) -> Told {
    let told = |fact: &str, advice: &str| Told { fact: fact.to_owned(), advice: advice.to_owned() };
    let details = match failure {
        Failure::Refused(error) => Some(&error.details),
        Failure::Unreachable | Failure::TimedOut | Failure::Unreadable => None,
    };
    match failure.code() {
        Some(ErrorCode::TooLarge) => {
            let limit = details.and_then(|details| details.limit_bytes).unwrap_or(aim.wants().most_bytes());
            Told {
                fact: ["This file is too large: at most ", &(limit / 1_000_000).to_string(), " MB are taken."].concat(),
                advice: match aim {
                    Aim::Video => "Make it shorter or smaller, or put it on YouTube or Loom and give the link.",
                    Aim::Picture | Aim::Poster => "Save it smaller, then choose it again.",
                    Aim::Captions => "Choose the captions alone.",
                }
                .to_owned(),
            }
        }
        Some(ErrorCode::WrongType) => match aim {
            Aim::Video => {
                told("This is not a video that every browser plays.", "Save it as MP4 or WebM, then choose it again.")
            }
            Aim::Picture | Aim::Poster => told(
                "This is not a picture that every browser shows.",
                "Save it as PNG, JPEG, WebP or GIF with at most 50 megapixels, then choose it again.",
            ),
            Aim::Captions => told(
                "These are not captions as WebVTT.",
                "Save them as WebVTT, with the ending .vtt, then choose them again.",
            ),
        },
        Some(ErrorCode::StoreUnavailable | ErrorCode::StoreFull) => told(
            "The desk has no room left, or cannot reach the place of its files.",
            "What has arrived stays. Tell the admin of this desk; then go on.",
        ),
        Some(ErrorCode::NotFound) => told(
            "This upload is no more.",
            "It stood still for a day, or was dropped elsewhere. Choose the file again.",
        ),
        Some(ErrorCode::Invalid) => match details.and_then(|details| details.problem.as_ref()) {
            Some(problem) if aim == Aim::Captions => Told {
                fact: ["The file of captions ", problem, "."].concat().replace("captions line", "captions: line"),
                advice: "Put it right, then choose it again.".to_owned(),
            },
            _ => failure.told(),
        },
        _ => failure.told(),
    }
}

fn other(kind: FileKind, aim: Aim) -> Told {
    let is = match kind.fits() {
        FileUse::Picture => "This is a picture.",
        FileUse::Video => "This is a video.",
        FileUse::Captions => "These are captions.",
    };
    let wanted = match aim.wants() {
        FileUse::Picture => "A picture is wanted here: choose another file.",
        FileUse::Video => "A video is wanted here: choose another file.",
        FileUse::Captions => "Captions are wanted here, a file that ends with .vtt: choose another one.",
    };
    Told { fact: is.to_owned(), advice: wanted.to_owned() }
}

/// A field that looks like a button and picks a file.
fn picker(
    bringing: Bringing,
    step: u32,
    aim: Aim,
    (name, icon, accept): (&'static str, &'static str, &'static str),
) -> AnyView {
    let id = field_id(
        step,
        match aim {
            Aim::Picture => "picture",
            Aim::Video => "film",
            Aim::Poster => "poster",
            Aim::Captions => "captions",
        },
    );
    let take = move |event| {
        for file in web::picked_files(&event) {
            bringing.bring(file, step, aim);
        }
    };
    let many = aim == Aim::Picture;
    view! {
        <span class="edit__pick">
            <input class="vh" id=id.clone() type="file" accept=accept multiple=many on:change=take/>
            <label class="btn btn--sm" for=id><Icon name=icon class="icon--s"/>{name}</label>
        </span>
    }
    .into_any()
}

/// The video of a step: a link, or one of the handbook's own with its picture and its captions.
pub fn step_video(bringing: Bringing, fields: Fields) -> AnyView {
    let (typing, key) = (bringing.typing, fields.key);
    let own = Memo::new(move |_| FileId::referred(fields.video.get().trim()).is_some());
    let video = field_id(key, "video");
    let hint = field_id(key, "video-hint");
    let is_wrong = move || {
        let link = fields.video.get();
        !link.trim().is_empty() && Video::of(&link).is_none()
    };
    let linked = move || {
        view! {
            <div class="field">
                <label for=video.clone()>"Video, a link to YouTube or Loom"</label>
                <input
                    class="input" id=video.clone() type="url" inputmode="url" placeholder="https://" aria-describedby=hint.clone() aria-invalid=move || is_wrong().then_some("true")
                    prop:value=fields.video on:input=move |event| { fields.video.set(web::value_of(&event)); typing.touched(); }
                />
                <p class="hint" id=hint.clone()>{move || if is_wrong() { "This does not lead to a video on YouTube or Loom." } else { "Nothing is loaded from there before somebody presses play." }}</p>
                <p class="line wrap">{picker(bringing, key, Aim::Video, ("Or upload a video", "upload", VIDEOS))}<span class="hint">"MP4 or WebM, at most 500 MB"</span></p>
            </div>
        }
        .into_any()
    };
    let remove = move |_| {
        fields.video.set(String::new());
        fields.poster.set(None);
        fields.captions.set(None);
        typing.touched();
        // The field for a link stands there now.
        go_to(field_id(key, "video"));
    };
    let kept = move || {
        let has = |is_there: bool, yes: &'static str, no: &'static str| {
            let (icon, words) = if is_there { ("check", yes) } else { ("minus", no) };
            view! { <span class="line small"><Icon name=icon class="icon--s"/>{words}</span> }
        };
        view! {
            <div class="field" role="group" aria-label="Video of the handbook’s own" id=field_id(key, "video") tabindex="-1">
                <span class="label">"Video of the handbook’s own"</span>
                <p class="line wrap">
                    {move || has(fields.poster.with(Option::is_some), "Has a picture in front", "No picture in front")}
                    {move || has(fields.captions.with(Option::is_some), "Has captions", "No captions")}
                </p>
                <p class="line wrap">
                    {picker(bringing, key, Aim::Captions, ("Captions, as .vtt", "note", CAPTIONS))}
                    {picker(bringing, key, Aim::Poster, ("Another picture in front", "image", PICTURES))}
                    {picker(bringing, key, Aim::Video, ("Another video", "upload", VIDEOS))}
                    <button class="btn btn--sm btn--quiet" type="button" on:click=remove><Icon name="x" class="icon--s"/>"Take the video out"</button>
                </p>
            </div>
        }
        .into_any()
    };
    view! { {move || if own.get() { kept() } else { linked() }} }.into_any()
}

/// What is on its way into a step, and where pictures are chosen.
pub fn step_files(bringing: Bringing, step: u32) -> AnyView {
    let own = move || {
        bringing.parcels.with(|parcels| parcels.iter().filter(|one| one.step == step).copied().collect::<Vec<_>>())
    };
    view! {
        <div class="field">
            <p class="line wrap">{picker(bringing, step, Aim::Picture, ("Add a picture", "image", PICTURES))}<span class="hint">"Or drop or paste it here. PNG, JPEG, WebP or GIF, at most 10 MB"</span></p>
            <For each=own key=|one| one.key let:one>{parcel(bringing, one)}</For>
        </div>
    }
    .into_any()
}

fn parcel_id(one: Parcel) -> String {
    ["parcel-", &one.key.to_string()].concat()
}

/// What was pressed may be gone: the focus goes to its upload, else to where another one is begun.
fn stay_near(one: Parcel) {
    web::after_drawing(move || {
        web::focus_if_lost(&parcel_id(one));
        web::focus_if_lost(&field_id(one.step, "picture"));
    });
}

fn parcel(bringing: Bringing, one: Parcel) -> AnyView {
    let name = one.name.get_value();
    let label = ["Upload of ", &name].concat();
    let act = move |words: &'static str, run: fn(Bringing, Parcel)| {
        let label = [words, ": ", &one.name.get_value()].concat();
        let press = move |_| {
            run(bringing, one);
            stay_near(one);
        };
        view! { <button class="btn btn--sm" type="button" aria-label=label on:click=press>{words}</button> }
    };
    let how_far = move || [&megabytes(one.received.get()), " of ", &megabytes(one.size), " MB"].concat();
    let bar = move || {
        let share = move || (one.received.get().saturating_mul(1_000) / one.size.max(1)).to_string();
        let label = ["Progress of ", &one.name.get_value()].concat();
        view! { <progress aria-label=label max="1000" value=share></progress> }
    };
    let banner = move |told: Told, can_go_on: bool| {
        view! {
            <Banner tone=BannerTone::Stop fact=told.fact text=told.advice>
                {can_go_on.then(|| act("Go on", Bringing::go_on))}
                {act("Drop", Bringing::drop_it)}
            </Banner>
        }
        .into_any()
    };
    let body = move || {
        match one.way.get() {
        Way::Going => view! {
            {bar()}
            <p class="line wrap small"><span class="num">{how_far}</span><span class="push line">{act("Pause", Bringing::pause)}{act("Drop", Bringing::drop_it)}</span></p>
        }
        .into_any(),
        Way::Paused => view! {
            {bar()}
            <p class="line wrap small"><span class="num">"Paused at "{how_far}</span><span class="push line">{act("Go on", Bringing::go_on)}{act("Drop", Bringing::drop_it)}</span></p>
        }
        .into_any(),
        Way::Cut => view! {
            {bar()}
            <p class="line wrap small"><span role="status"><b class="strong">"No connection at "{how_far}"."</b>" It goes on by itself as soon as it is back."</span><span class="push line">{act("Go on", Bringing::go_on)}{act("Drop", Bringing::drop_it)}</span></p>
        }
        .into_any(),
        Way::Refused(failure, can_go_on) => banner(refused(&failure, one.aim), can_go_on),
        Way::Other(kind) => banner(other(kind, one.aim), false),
        Way::Here(file) => words(bringing, one, file),
        Way::Silent => view! {
            <Banner tone=BannerTone::Soon fact="This browser cannot play the video." text="Others may not either. Save it as MP4 with H.264, or as WebM, then bring that one; or leave it and choose a picture in front.">
                {act("Leave it", Bringing::forget)}
            </Banner>
        }
        .into_any(),
    }
    };
    view! {
        <section class="parcel" id=parcel_id(one) tabindex="-1" aria-label=label>
            <b class="parcel__name small">{name}</b>
            {body}
        </section>
    }
    .into_any()
}

/// A picture is there: what it shows is asked for, then it goes into the text.
fn words(bringing: Bringing, one: Parcel, file: FileId) -> AnyView {
    let said = RwSignal::new(String::new());
    let id = ["shows-", &one.key.to_string()].concat();
    let hint = [&id, "-hint"].concat();
    let put = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        bringing.put_into_text(one, &file, &said.get_untracked());
        stay_near(one);
    };
    let leave = move |_| {
        bringing.forget(one);
        stay_near(one);
    };
    view! {
        <form class="field" on:submit=put>
            <label for=id.clone()>"What does the picture show?"</label>
            <input class="input" id=id maxlength="300" aria-describedby=hint.clone() prop:value=said on:input=move |event| said.set(web::value_of(&event))/>
            <p class="hint" id=hint>"Read aloud to who cannot see it, and shown where it does not load."</p>
            <p class="line wrap">
                <button class="btn btn--sm btn--soft" type="submit"><Icon name="check" class="icon--s"/>"Put it into the text"</button>
                <button class="btn btn--sm" type="button" on:click=leave>"Leave it out"</button>
            </p>
        </form>
    }
    .into_any()
}

/// Uploads of before that are not finished.
pub fn left_open(bringing: Bringing) -> AnyView {
    let row = move |one: shared::wire::upload::UploadView| {
        let id = one.id.clone();
        let fact = ["“", &one.name, "” is not finished."].concat();
        let far = [&megabytes(one.received), " of ", &megabytes(one.size), " MB are here. "].concat();
        let text = [
            &far,
            "Choose the same file again where it belongs, and it goes on from there; until then it waits a day.",
        ]
        .concat();
        let label = ["Drop the upload of ", &one.name].concat();
        let drop = move |_| {
            bringing.drop_open(id.clone());
            stay_at_head();
        };
        view! {
            <Banner tone=BannerTone::Info fact=fact text=text>
                <button class="btn btn--sm" type="button" aria-label=label on:click=drop>"Drop"</button>
            </Banner>
        }
    };
    view! { {move || bringing.open_here().into_iter().map(row).collect_view()} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::error::{ApiError, ErrorDetails};

    #[test]
    fn each_refusal_says_what_to_do() {
        let failure = |code, details| Failure::Refused(Box::new(ApiError { code, details, request_id: String::new() }));
        let line = ErrorDetails { problem: Some("line 3 has a time".to_owned()), ..ErrorDetails::default() };
        let large = ErrorDetails { limit_bytes: Some(10_000_000), ..ErrorDetails::default() };
        for (failure, aim, fact) in [
            (failure(ErrorCode::TooLarge, large), Aim::Picture, "This file is too large: at most 10 MB are taken."),
            (
                failure(ErrorCode::WrongType, ErrorDetails::default()),
                Aim::Video,
                "This is not a video that every browser plays.",
            ),
            (failure(ErrorCode::Invalid, line), Aim::Captions, "The file of captions: line 3 has a time."),
            (failure(ErrorCode::NotFound, ErrorDetails::default()), Aim::Video, "This upload is no more."),
        ] {
            let told = refused(&failure, aim);
            assert_eq!(told.fact, fact);
            assert!(!told.advice.is_empty() && !told.advice.contains("TikTok"));
        }
        assert_eq!(other(FileKind::Png, Aim::Video).fact, "This is a picture.");
    }
}
