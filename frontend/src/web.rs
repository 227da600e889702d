//! The only direct browser calls. Whatever a browser may refuse comes back as `Option`, never as a panic.

use js_sys::{Array, Date, Function, Intl, Object, Reflect, Uint8Array};
use shared::id::IdempotencyKey;
use shared::time::Timestamp;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, FocusEvent, HtmlElement, HtmlInputElement, HtmlTextAreaElement, Storage, Window};

/// The window, in a browser.
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The document, in a browser.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// The element with this id.
pub fn by_id(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// This device's clock; use the desk's clock for anything that is compared with the server's instants.
pub fn device_now() -> Timestamp {
    Timestamp::from_millis(millis(Date::now()))
}

/// A browser's number as whole milliseconds; what is no instant becomes 0.
fn millis(value: f64) -> i64 {
    // By way of text: Rust converts no float to an integer without `as`, and its float formatting is large.
    let text = js_sys::Number::from(value).to_fixed(0).ok().map(String::from);
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// An instant as the browser's number.
fn number(at: Timestamp) -> f64 {
    // Two exact halves: no instant of this millennium loses a millisecond.
    let high = i32::try_from(at.millis().div_euclid(1_000_000)).unwrap_or(0);
    let low = i32::try_from(at.millis().rem_euclid(1_000_000)).unwrap_or(0);
    f64::from(high) * 1_000_000.0 + f64::from(low)
}

/// A random key for one write; the same on every try of it.
pub fn fresh_key() -> IdempotencyKey {
    let mut bytes = [0_u8; 16];
    let crypto = window().and_then(|window| window.crypto().ok());
    let filled = crypto.is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    let mut text = if filled { String::from("k") } else { format!("k{}-", device_now().millis()) };
    for byte in bytes {
        text.push_str(&format!("{byte:02x}"));
    }
    text.parse().unwrap_or_else(|_| unreachable!("letters and digits are a key"))
}

/// Escapes a value for an address.
pub fn escape(value: &str) -> String {
    String::from(js_sys::encode_uri_component(value))
}

/// One value of a query string. The router's own map takes the escapes off twice: a name with "%25" would be another.
pub fn query_value(search: &str, key: &str) -> Option<String> {
    web_sys::UrlSearchParams::new_with_str(search).ok()?.get(key)
}

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Clock,
    ClockSeconds,
    Weekday,
    Day,
    LongDay,
    Date,
}

/// Formats in the desk's language and this device's time zone.
fn format_date(at: Timestamp, shape: Shape) -> String {
    thread_local! {
        static FORMATS: std::cell::RefCell<Vec<(Shape, Function)>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    let date = JsValue::from(Date::new(&JsValue::from_f64(number(at))));
    FORMATS.with_borrow_mut(|formats| {
        let known = formats.iter().find(|(of, _)| *of == shape).map(|(_, format)| format.clone());
        let format = known.unwrap_or_else(|| {
            let made = new_format(shape);
            formats.push((shape, made.clone()));
            made
        });
        format.call1(&JsValue::UNDEFINED, &date).ok().and_then(|text| text.as_string()).unwrap_or_default()
    })
}

fn new_format(shape: Shape) -> Function {
    let wishes: &[(&str, &str)] = match shape {
        Shape::Clock => &[("hour", "2-digit"), ("minute", "2-digit")],
        Shape::ClockSeconds => &[("hour", "2-digit"), ("minute", "2-digit"), ("second", "2-digit")],
        Shape::Weekday => &[("weekday", "short")],
        Shape::Day => &[("day", "numeric"), ("month", "short")],
        Shape::Date => &[("day", "numeric"), ("month", "short"), ("year", "numeric")],
        Shape::LongDay => &[("weekday", "short"), ("day", "numeric"), ("month", "short")],
    };
    let options = Object::new();
    for (name, value) in wishes {
        let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let locales = Array::of1(&JsValue::from_str("en-GB"));
    Intl::DateTimeFormat::new(&locales, &options).format()
}

/// "11:20", in the device's time zone.
pub fn clock_time(at: Timestamp) -> String {
    format_date(at, Shape::Clock)
}

/// "10:42:57".
pub fn clock_seconds(at: Timestamp) -> String {
    format_date(at, Shape::ClockSeconds)
}

/// "Thu".
pub fn weekday(at: Timestamp) -> String {
    format_date(at, Shape::Weekday)
}

/// "Thu 6 Nov".
pub fn day(at: Timestamp) -> String {
    format_date(at, Shape::LongDay).replace(',', "")
}

/// "Today 11:20", "Tomorrow 13:05", "Thu 11:20" for one of the next six days, "Mon 3 Nov 11:20" for one of the last six,
/// else "Mon 3 Nov": a day of the week alone is one to come.
pub fn when(at: Timestamp, now: Timestamp) -> String {
    let days = day_number(at) - day_number(now);
    match days {
        0 => format!("Today {}", clock_time(at)),
        1 => format!("Tomorrow {}", clock_time(at)),
        -1 => format!("Yesterday {}", clock_time(at)),
        2..=6 => format!("{} {}", weekday(at), clock_time(at)),
        -6..=-2 => format!("{} {}", day(at), clock_time(at)),
        _ => day(at),
    }
}

/// "6 Nov".
pub fn short_day(at: Timestamp) -> String {
    format_date(at, Shape::Day)
}

/// "21 Oct 2024".
pub fn date(at: Timestamp) -> String {
    format_date(at, Shape::Date)
}

/// Opens the browser's own printing.
pub fn print() -> Option<()> {
    window()?.print().ok()
}

/// Calendar days in the device's time zone, counted from some fixed day.
fn day_number(at: Timestamp) -> i64 {
    day_start(at).plus_millis(43_200_000).millis().div_euclid(86_400_000)
}

/// The midnight before this instant, in the device's time zone.
pub fn day_start(at: Timestamp) -> Timestamp {
    let date = Date::new(&JsValue::from_f64(number(at)));
    date.set_hours(0);
    date.set_minutes(0);
    date.set_seconds(0);
    date.set_milliseconds(0);
    Timestamp::from_millis(millis(date.get_time()))
}

/// The midnight after this instant, in the device's time zone; right across a change of summer time.
pub fn day_end(at: Timestamp) -> Timestamp {
    day_start(day_start(at).plus_millis(36 * 3_600_000))
}

/// Storage for settings of this device; never for anything of a buyer.
fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// A setting of this device.
pub fn stored(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Keeps a setting of this device; a browser that refuses is left alone.
pub fn store(key: &str, value: Option<&str>) -> Option<()> {
    let storage = storage()?;
    match value {
        Some(value) => storage.set_item(key, value).ok(),
        None => storage.remove_item(key).ok(),
    }
}

/// Sets or removes an attribute of the root element.
pub fn set_root_attribute(name: &str, value: Option<&str>) -> Option<()> {
    let root = document()?.document_element()?;
    match value {
        Some(value) => root.set_attribute(name, value).ok(),
        None => root.remove_attribute(name).ok(),
    }
}

/// Sets the window's title.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Copies text; false where the browser refuses.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

/// Whether the browser believes to be online.
pub fn is_online() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

/// Focuses an element by id, without scrolling it.
pub fn focus(id: &str) -> Option<()> {
    by_id(id)?.dyn_into::<HtmlElement>().ok()?.focus().ok()
}

/// Focuses the element with this id if what had the focus is gone: a reader of the screen must not start anew. Under an
/// open dialog nothing else takes the focus: there it is what the dialog began with.
pub fn focus_if_lost(id: &str) {
    let is_lost = document().and_then(|document| document.active_element()).is_none_or(|at| at.tag_name() == "BODY");
    if is_lost && focus_first("dialog[open] [autofocus]").is_none() {
        let _ = focus(id);
    }
}

/// Whether the focus that leaves an element goes on to something within it.
pub fn stays_within(event: &FocusEvent) -> bool {
    let node = |target: Option<web_sys::EventTarget>| target?.dyn_into::<web_sys::Node>().ok();
    let to = node(event.related_target());
    to.is_some() && node(event.current_target()).is_some_and(|all| all.contains(to.as_ref()))
}

/// Whether a media query holds now.
pub fn matches(query: &str) -> bool {
    let found = web_sys::window().and_then(|window| window.match_media(query).ok().flatten());
    found.is_some_and(|found| found.matches())
}

/// Scrolls what is in the element with this id to its end.
pub fn scroll_to_end(id: &str) {
    if let Some(element) = by_id(id) {
        element.set_scroll_top(element.scroll_height());
    }
}

/// Scrolls one element, and nothing around it, until another one within it is in sight.
pub fn show_within(all: &str, one: &str) -> Option<()> {
    let (all, one) = (by_id(all)?, by_id(one)?.dyn_into::<HtmlElement>().ok()?);
    let (place, height) = (one.offset_top(), all.client_height());
    let from = place - all.scroll_top();
    // Its head stands in the upper half, or it is so long that it fills most of what is seen.
    let is_seen = (0..height / 2).contains(&from) || from < 0 && from + one.offset_height() > height / 5 * 3;
    if !is_seen {
        all.set_scroll_top(place - 12);
    }
    Some(())
}

/// An instant inside a sentence: "today 11:20", "Thu 11:20".
pub fn when_inside(at: Timestamp, now: Timestamp) -> String {
    let text = when(at, now);
    match text.split_once(' ') {
        Some((day @ ("Today" | "Tomorrow" | "Yesterday"), rest)) => [&day.to_lowercase(), " ", rest].concat(),
        _ => text,
    }
}

/// Focuses the first match in the document.
pub fn focus_first(selector: &str) -> Option<()> {
    document()?.query_selector(selector).ok()??.dyn_into::<HtmlElement>().ok()?.focus().ok()
}

/// The element that has the focus.
pub fn focused() -> Option<HtmlElement> {
    document()?.active_element()?.dyn_into().ok()
}

/// The id of the element that has the focus.
pub fn focused_id() -> Option<String> {
    Some(document()?.active_element()?.id())
}

/// Brings an element into view with the least scrolling.
pub fn reveal(id: &str) -> Option<()> {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    by_id(id)?.scroll_into_view_with_scroll_into_view_options(&options);
    Some(())
}

/// Whether a key press belongs to something that is being typed into, or to an open dialog.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    let tag = target.tag_name();
    matches!(tag.as_str(), "TEXTAREA" | "SELECT")
        || (tag == "INPUT" && !matches!(attribute(&target, "type").as_str(), "radio" | "checkbox" | "button"))
        || target.closest("[contenteditable]").is_ok_and(|found| found.is_some())
}

fn attribute(element: &Element, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}

/// Whether a modal dialog is open.
pub fn is_dialog_open() -> bool {
    document().and_then(|document| document.query_selector("dialog[open]").ok()).flatten().is_some()
}

/// The address's path, query and fragment of this page.
pub fn fragment() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Takes a secret out of the address, so that it stays in no history.
pub fn drop_fragment() -> Option<()> {
    let window = window()?;
    let path = window.location().pathname().ok()?;
    window.history().ok()?.replace_state_with_url(&JsValue::NULL, "", Some(&path)).ok()
}

/// The scheme, host and port this page came from.
pub fn origin() -> String {
    window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// The host this page came from.
pub fn host() -> String {
    window().and_then(|window| window.location().host().ok()).unwrap_or_default()
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// Leaves for another address.
pub fn leave_for(url: &str) -> Option<()> {
    window()?.location().assign(url).ok()
}

/// Opens a dialog as a modal one; the browser keeps the focus inside.
pub fn show_modal(dialog: &web_sys::HtmlDialogElement) -> Option<()> {
    if dialog.open() { Some(()) } else { dialog.show_modal().ok() }
}

/// Moves the focus to the next of the panes that can take it, in the order of the list; wraps.
pub fn next_pane(selectors: &[&str], backwards: bool) -> Option<()> {
    let document = document()?;
    let active = document.active_element();
    let mut panes: Vec<Element> =
        selectors.iter().filter_map(|selector| document.query_selector(selector).ok().flatten()).collect();
    if backwards {
        panes.reverse();
    }
    let within = |pane: &Element| active.as_ref().is_some_and(|active| pane.contains(Some(active)));
    let here = panes.iter().position(within);
    panes.rotate_left(here.map_or(0, |at| at + 1));
    panes.iter().find_map(enter)
}

/// Focuses the first in a pane that takes the focus, or the pane itself: what is not drawn at this width takes none.
fn enter(pane: &Element) -> Option<()> {
    let inside = pane.query_selector_all("a[href], button, input, textarea, [tabindex]").ok()?;
    (0..inside.length()).filter_map(|at| inside.get(at)?.dyn_into().ok()).chain([pane.clone()]).find_map(take_focus)
}

fn take_focus(element: Element) -> Option<()> {
    element.dyn_ref::<HtmlElement>()?.focus().ok()?;
    document()?.active_element().filter(|active| *active == element).map(drop)
}

/// The value of the input, text area or select that an event came from.
pub fn value_of(event: &web_sys::Event) -> String {
    let Some(target) = event.target() else { return String::new() };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        return input.value();
    }
    if let Some(area) = target.dyn_ref::<HtmlTextAreaElement>() {
        return area.value();
    }
    target.dyn_ref::<web_sys::HtmlSelectElement>().map(web_sys::HtmlSelectElement::value).unwrap_or_default()
}

/// Whether the tick box or radio button that an event came from is on.
pub fn is_checked(event: &web_sys::Event) -> bool {
    event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()).is_some_and(|input| input.checked())
}

/// Reads a file of this device.
pub async fn file_bytes(file: &web_sys::File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Longest side of a photo that the desk takes itself: more shows nothing more, and lines are slow.
const PHOTO_PIXELS: u32 = 2_400;

/// A photo of this device with lines of text burned into its foot, as a JPEG; none if the browser cannot read it.
pub async fn stamped(photo: &web_sys::File, name: &str, lines: &[String]) -> Option<web_sys::File> {
    let promise = window()?.create_image_bitmap_with_blob(photo).ok()?;
    let bitmap: web_sys::ImageBitmap = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    let longest = bitmap.width().max(bitmap.height()).max(1);
    let scaled = |side: u32| if longest > PHOTO_PIXELS { side.saturating_mul(PHOTO_PIXELS) / longest } else { side };
    let (width, height) = (scaled(bitmap.width()), scaled(bitmap.height()));
    let canvas: web_sys::HtmlCanvasElement = document()?.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let ink: web_sys::CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let (wide, high) = (f64::from(width), f64::from(height));
    ink.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, wide, high).ok()?;
    bitmap.close();
    let line = (scaled(longest) / 36).max(10);
    let count = u32::try_from(lines.len()).unwrap_or(0);
    let band = line.saturating_mul(3 * count + 1) / 2;
    let top = f64::from(height.saturating_sub(band));
    ink.set_fill_style_str("rgb(10 28 27 / .82)");
    ink.fill_rect(0.0, top, wide, f64::from(band));
    ink.set_fill_style_str("#fff");
    ink.set_font(&format!("600 {line}px system-ui, sans-serif"));
    ink.set_text_baseline("top");
    let mut from_top = height.saturating_sub(band).saturating_add(line / 2);
    for text in lines {
        let margin = f64::from(line / 2);
        ink.fill_text_with_max_width(text, margin, f64::from(from_top), (wide - 2.0 * margin).max(1.0)).ok()?;
        from_top = from_top.saturating_add(line.saturating_mul(3) / 2);
    }
    as_jpeg(&canvas, name).await
}

async fn as_jpeg(canvas: &web_sys::HtmlCanvasElement, name: &str) -> Option<web_sys::File> {
    let made = js_sys::Promise::new(&mut |done, _| {
        let quality = JsValue::from_f64(0.88);
        let _ = canvas.to_blob_with_type_and_encoder_options(&done, "image/jpeg", &quality);
    });
    let blob: web_sys::Blob = JsFuture::from(made).await.ok()?.dyn_into().ok()?;
    let about = web_sys::FilePropertyBag::new();
    about.set_type("image/jpeg");
    web_sys::File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &about).ok()
}

fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn set(of: &JsValue, name: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(of, &JsValue::from_str(name), &value.into());
}

fn call_with(of: &JsValue, method: &str, with: &[JsValue]) -> Option<JsValue> {
    let method = get(of, method).dyn_into::<Function>().ok()?;
    method.apply(of, &with.iter().collect::<Array>()).ok()
}

// What only the handbook's editor asks of a browser is asked by name: a typed binding of each would lie in the glue that
// every first visit loads.

/// The first picture of a video, as a JPEG; none if this browser cannot play it.
pub async fn first_picture(address: &str, with_session: Option<&str>, name: &str) -> Option<web_sys::File> {
    let document = document()?;
    let video = JsValue::from(document.create_element("video").ok()?);
    set(&video, "crossOrigin", with_session.map_or(JsValue::NULL, JsValue::from_str));
    set(&video, "muted", true);
    set(&video, "preload", "auto");
    let loaded = js_sys::Promise::new(&mut |done, failed| {
        let _ = call_with(&video, "addEventListener", &["loadeddata".into(), done.into()]);
        let _ = call_with(&video, "addEventListener", &["error".into(), failed.into()]);
    });
    set(&video, "src", address);
    JsFuture::from(loaded).await.ok()?;
    let canvas: web_sys::HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    let (width, height) = (get(&video, "videoWidth"), get(&video, "videoHeight"));
    set(&canvas, "width", &width);
    set(&canvas, "height", &height);
    let ink = JsValue::from(canvas.get_context("2d").ok()??);
    call_with(&ink, "drawImage", &[video.clone(), 0.into(), 0.into(), width, height])?;
    // What was loaded of it is not needed any more.
    set(&video, "src", "");
    as_jpeg(&canvas, name).await
}

/// A number of bytes as the browser's number.
fn bytes_number(bytes: u64) -> f64 {
    let high = u32::try_from(bytes >> 32).unwrap_or(u32::MAX);
    let low = u32::try_from(bytes & 0xffff_ffff).unwrap_or(u32::MAX);
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

fn whole(of: &JsValue, name: &str) -> i64 {
    millis(get(of, name).as_f64().unwrap_or_default())
}

/// The size of a file of this device, in bytes.
pub fn file_size(file: &web_sys::File) -> u64 {
    u64::try_from(whole(file, "size")).unwrap_or_default()
}

/// When a file of this device was changed last.
pub fn file_modified(file: &web_sys::File) -> i64 {
    whole(file, "lastModified")
}

/// The bytes of a file of this device between two places.
pub fn file_piece(file: &web_sys::File, from: u64, to: u64) -> Option<web_sys::Blob> {
    let piece = call_with(file, "slice", &[bytes_number(from).into(), bytes_number(to).into()])?;
    Some(piece.unchecked_into())
}

fn listed(files: &JsValue) -> Vec<web_sys::File> {
    let files = files.dyn_ref::<web_sys::FileList>();
    files.map_or_else(Vec::new, |files| (0..files.length()).filter_map(|place| files.get(place)).collect())
}

/// The files that were picked in a field; picking the same again is news again.
pub fn picked_files(event: &web_sys::Event) -> Vec<web_sys::File> {
    let Some(input) = event.target() else { return Vec::new() };
    let files = listed(&get(&input, "files"));
    set(&input, "value", "");
    files
}

/// The files that were pasted or dropped. Where there are some, the browser does not open them itself.
pub fn given_files(event: &web_sys::Event) -> Vec<web_sys::File> {
    let given = ["clipboardData", "dataTransfer"].map(|name| get(event, name));
    let files = given.iter().filter(|given| given.is_object()).flat_map(|given| listed(&get(given, "files")));
    let files: Vec<_> = files.collect();
    if !files.is_empty() {
        event.prevent_default();
    }
    files
}

/// Whether files are being dragged over something.
pub fn drags_files(event: &web_sys::Event) -> bool {
    let types = get(&get(event, "dataTransfer"), "types");
    call_with(&types, "includes", &["Files".into()]).is_some_and(|found| found.is_truthy())
}

/// Begins to load a picture or a video anew.
pub fn load_anew(id: &str) -> Option<()> {
    call(&by_id(id)?.into(), "load").map(drop)
}

/// "2026-11-06 10:44 UTC": the same wherever it is read.
pub fn universal_time(at: Timestamp) -> String {
    let text = String::from(Date::new(&JsValue::from_f64(number(at))).to_iso_string());
    let minutes = text.get(..16).unwrap_or(&text).replace('T', " ");
    [&minutes, " UTC"].concat()
}

/// "21 Sep", the day in universal time: the same wherever it is read.
pub fn universal_day(at: Timestamp) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = universal_time(at);
    let part = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<usize>().ok());
    let month = part(5, 7).and_then(|month| MONTHS.get(month.checked_sub(1)?)).copied().unwrap_or_default();
    [&part(8, 10).unwrap_or_default().to_string(), " ", month].concat()
}

/// Focuses a field and selects what is in it, so that what is typed next replaces it.
pub fn select_all(id: &str) -> Option<()> {
    let field = by_id(id)?.dyn_into::<HtmlInputElement>().ok()?;
    field.focus().ok()?;
    field.select();
    Some(())
}

/// Listens on the window for as long as the app lives.
pub fn listen(name: &str, on: impl FnMut(web_sys::Event) + 'static) -> Option<()> {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(on);
    window()?.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()).ok()?;
    closure.forget();
    Some(())
}

/// Whether this browser translates by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Translates {
    /// At once.
    Now,
    /// Once it has loaded a language, which somebody must ask for by a press.
    AfterLoading,
    /// It cannot.
    Never,
}

/// Translates within this browser: the text goes nowhere.
#[derive(Clone)]
pub struct Translator(JsValue);

/// Asks the browser's own `Translator` for something, with a pair of languages.
async fn of_translator(method: &str, from: &str, to: &str) -> Option<JsValue> {
    let asked = JsValue::from(Object::new());
    set(&asked, "sourceLanguage", from);
    set(&asked, "targetLanguage", to);
    let answer = call_with(&get(&window()?.into(), "Translator"), method, &[asked])?;
    JsFuture::from(answer.dyn_into::<js_sys::Promise>().ok()?).await.ok()
}

/// Whether this browser translates from one language into another by itself.
pub async fn translates(from: &str, to: &str) -> Translates {
    let answer = of_translator("availability", from, to).await.and_then(|answer| answer.as_string());
    match answer.as_deref() {
        Some("available") => Translates::Now,
        Some("downloadable" | "downloading") => Translates::AfterLoading,
        _ => Translates::Never,
    }
}

/// What translates; none: it cannot be had here and now.
pub async fn translator(from: &str, to: &str) -> Option<Translator> {
    of_translator("create", from, to).await.map(Translator)
}

impl Translator {
    /// The text in the other language.
    pub async fn translate(&self, text: &str) -> Option<String> {
        let answer = call_with(&self.0, "translate", &[text.into()])?;
        JsFuture::from(answer.dyn_into::<js_sys::Promise>().ok()?).await.ok()?.as_string()
    }
}

/// Waits.
pub async fn pause(millis: u32) {
    gloo_timers::future::TimeoutFuture::new(millis).await;
}

/// What an event of ours carries, as text.
pub fn detail(event: &web_sys::Event) -> Option<String> {
    event.dyn_ref::<web_sys::CustomEvent>()?.detail().as_string()
}

/// Sends named texts to the service worker that serves this page.
pub async fn tell_worker(said: &[(&str, &str)]) -> Option<()> {
    let container = window()?.navigator().service_worker();
    let found = wasm_bindgen_futures::JsFuture::from(container.get_registration()).await.ok()?;
    let registration = found.dyn_into::<web_sys::ServiceWorkerRegistration>().ok()?;
    let message = Object::new();
    for (name, value) in said {
        Reflect::set(&message, &JsValue::from_str(name), &JsValue::from_str(value)).ok()?;
    }
    registration.active()?.post_message(&message).ok()
}

/// The browser's own notifications, where it has them.
fn notifications() -> Option<JsValue> {
    let found = Reflect::get(&window()?.into(), &JsValue::from_str("Notification")).ok()?;
    (!found.is_undefined()).then_some(found)
}

/// `granted`, `denied` or `default`; none where the browser has no notifications.
pub fn may_notify() -> Option<String> {
    Reflect::get(&notifications()?, &JsValue::from_str("permission")).ok()?.as_string()
}

/// Asks the person to allow notifications; at once if that is known.
pub async fn ask_to_notify() -> bool {
    let asked = notifications().and_then(|found| call(&found, "requestPermission"));
    let Some(Ok(asked)) = asked.map(JsCast::dyn_into::<js_sys::Promise>) else { return false };
    wasm_bindgen_futures::JsFuture::from(asked)
        .await
        .is_ok_and(|answer| answer.as_string().as_deref() == Some("granted"))
}

/// Tells a waiting service worker to take over.
pub async fn skip_waiting() -> Option<()> {
    let container = window()?.navigator().service_worker();
    let found = JsFuture::from(container.get_registration()).await.ok()?;
    let registration = found.dyn_into::<web_sys::ServiceWorkerRegistration>().ok()?;
    let waiting = registration.waiting()?;
    // `boot.js` loads the page again in this tab only.
    window()?.dispatch_event(&web_sys::Event::new("amends:take").ok()?).ok()?;
    waiting.post_message(&JsValue::from_str("SKIP_WAITING")).ok()
}

/// Selects part of a text area, counted in UTF-16 units, and focuses it.
pub fn select_range(area: &HtmlTextAreaElement, start: u32, end: u32) -> Option<()> {
    area.focus().ok()?;
    area.set_selection_range(start, end).ok()
}

/// Whether the cursor stands where a word begins.
pub fn is_at_word(area: &HtmlTextAreaElement) -> bool {
    let at = area.selection_start().ok().flatten().and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
    let before = area.value().encode_utf16().take(at).last();
    before.is_none_or(|unit| char::from_u32(u32::from(unit)).is_some_and(char::is_whitespace))
}

/// Types words in at the cursor as a person would, in place of what is selected there: the page hears of it as of a key,
/// and undoing takes them out again.
pub fn type_in(area: &HtmlTextAreaElement, words: &str) -> Option<()> {
    area.focus().ok()?;
    let document = document()?;
    let act: Function = Reflect::get(&document, &"execCommand".into()).ok()?.dyn_into().ok()?;
    let with: Array = [JsValue::from("insertText"), JsValue::FALSE, words.into()].into_iter().collect();
    act.apply(&document, &with).ok().map(drop)
}

/// Whether an element is drawn at all.
pub fn is_shown(id: &str) -> bool {
    by_id(id)
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.offset_parent().is_some())
}

/// Whether a scrolled element is near its end.
pub fn is_near_end(event: &web_sys::Event) -> bool {
    let Some(list) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    list.scroll_height() - list.scroll_top() - list.client_height() < 600
}

/// Calls a method that `web_sys` does not know.
pub fn call(of: &JsValue, method: &str) -> Option<JsValue> {
    let method = Reflect::get(of, &JsValue::from_str(method)).ok()?.dyn_into::<Function>().ok()?;
    method.call0(of).ok()
}

/// Runs something once the page has been drawn anew.
pub fn after_drawing(run: impl FnOnce() + 'static) {
    let once = Closure::once_into_js(run);
    if let Some(window) = window() {
        let _ = window.request_animation_frame(once.unchecked_ref());
    }
}
