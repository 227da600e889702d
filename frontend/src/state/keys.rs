//! The keyboard: which press means what. Single letters rest while typing and can be switched off.

use crate::routes::{Face, Quality, Route, Tab};
use leptos::prelude::*;
use shared::domain::case::Stage;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Next case of the list.
    Next,
    /// Previous case of the list.
    Previous,
    /// Open the case that has the focus.
    Open,
    /// Back to the list.
    Back,
    /// Out of what takes text, to the case.
    LeaveField,
    /// Next pane.
    NextPane,
    /// Previous pane.
    PreviousPane,
    /// One of the six views.
    View(Stage),
    /// Another screen.
    Go(Screen),
    /// The palette.
    Palette,
    /// A saved line where a reply is being written, else the palette.
    Slash,
    /// The sheet of keys.
    KeySheet,
    /// For the open case.
    Case(CaseKey),
}

/// A screen that a chord leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// The desk.
    Desk,
    /// The packing table.
    Inspect,
    /// The replies.
    Replies,
    /// How the work stands.
    Quality,
    /// The handbook.
    Handbook,
    /// Figures of the work.
    Reports,
    /// Settings.
    Settings,
    /// Exercises.
    Practice,
}

impl Screen {
    /// Its route.
    pub const fn route(self) -> Route {
        match self {
            Self::Desk => Route::Desk { stage: Stage::ToDecide, case: None },
            Self::Inspect => Route::Inspect { case: None },
            Self::Replies => Route::Replies(None),
            Self::Quality => Route::Quality(Quality::Every),
            Self::Handbook => Route::Handbook { page: None, face: Face::InForce },
            Self::Reports => Route::Reports,
            Self::Settings => Route::Settings(Tab::Shops),
            Self::Practice => Route::Quality(Quality::Practice(String::new())),
        }
    }
}

/// What a key asks of the open case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseKey {
    /// `A`: opens the sheet, decides nothing.
    Approve,
    /// `X`: opens the sheet, decides nothing.
    Reject,
    /// `P`: opens the sheet, decides nothing.
    Partial,
    /// `Z`: undoes the hold.
    Undo,
    /// `M`: takes or releases.
    Take,
    /// `Shift M`: assigns.
    Assign,
    /// `V`: opens the photos.
    Photos,
    /// `R`: goes to the reply.
    Reply,
    /// `T`: chooses a template.
    Template,
    /// `Q`: asks the buyer something before it is decided.
    Ask,
    /// `/`: puts in a saved line.
    SavedLine,
    /// `N`: writes a note.
    Note,
    /// `L`: changes the language.
    Language,
    /// `F8`: next finding.
    NextFinding,
}

/// A key press, without the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Press<'a> {
    /// As the browser names it.
    pub key: &'a str,
    /// Control or command.
    pub with_ctrl: bool,
    /// Alt.
    pub with_alt: bool,
    /// Shift.
    pub with_shift: bool,
    /// The focus is in something that takes text.
    pub is_typing: bool,
    /// A modal dialog is open.
    pub in_dialog: bool,
    /// Held down, or part of a composition.
    pub is_resting: bool,
    /// `G` was pressed just before.
    pub after_g: bool,
    /// Single letters are switched on.
    pub letters_on: bool,
}

/// What a press means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing of ours.
    None,
    /// The first half of a chord.
    Chord,
    /// A command.
    Command(Command),
}

/// Reads a press.
pub fn read(press: Press<'_>) -> Meaning {
    if press.is_resting {
        return Meaning::None;
    }
    let lower = press.key.to_ascii_lowercase();
    if press.with_ctrl && !press.with_alt {
        return if lower == "k" { Meaning::Command(Command::Palette) } else { Meaning::None };
    }
    if press.with_alt || press.in_dialog {
        return Meaning::None;
    }
    match press.key {
        "F6" if press.with_shift => return Meaning::Command(Command::PreviousPane),
        "F6" => return Meaning::Command(Command::NextPane),
        "F8" => return Meaning::Command(Command::Case(CaseKey::NextFinding)),
        // Typing ends first: a case is not left by one press.
        "Escape" if press.is_typing => return Meaning::Command(Command::LeaveField),
        "Escape" => return Meaning::Command(Command::Back),
        _ => {}
    }
    if press.is_typing || !press.letters_on {
        return Meaning::None;
    }
    letter(&lower, press)
}

fn letter(key: &str, press: Press<'_>) -> Meaning {
    if press.after_g {
        let screen = match key {
            "d" => Screen::Desk,
            "i" => Screen::Inspect,
            "t" => Screen::Replies,
            "q" => Screen::Quality,
            "h" => Screen::Handbook,
            "r" => Screen::Reports,
            "s" => Screen::Settings,
            "p" => Screen::Practice,
            _ => return Meaning::None,
        };
        return Meaning::Command(Command::Go(screen));
    }
    let command = match (key, press.with_shift) {
        ("g", false) => return Meaning::Chord,
        ("j", false) => Command::Next,
        ("k", false) => Command::Previous,
        ("/", false) => Command::Slash,
        ("?", _) => Command::KeySheet,
        ("1", false) => Command::View(Stage::ToDecide),
        ("2", false) => Command::View(Stage::ToInspect),
        ("3", false) => Command::View(Stage::ToTell),
        ("4", false) => Command::View(Stage::Waiting),
        ("5", false) => Command::View(Stage::Disputed),
        ("6", false) => Command::View(Stage::Done),
        ("a", false) => Command::Case(CaseKey::Approve),
        ("x", false) => Command::Case(CaseKey::Reject),
        ("p", false) => Command::Case(CaseKey::Partial),
        ("z", false) => Command::Case(CaseKey::Undo),
        ("m", false) => Command::Case(CaseKey::Take),
        ("m", true) => Command::Case(CaseKey::Assign),
        ("v", false) => Command::Case(CaseKey::Photos),
        ("r", false) => Command::Case(CaseKey::Reply),
        ("t", false) => Command::Case(CaseKey::Template),
        ("q", false) => Command::Case(CaseKey::Ask),
        ("n", false) => Command::Case(CaseKey::Note),
        ("l", false) => Command::Case(CaseKey::Language),
        _ => return Meaning::None,
    };
    Meaning::Command(command)
}

/// Handle to the keyboard: what was asked of the open case last, and the settings.
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    case: RwSignal<Option<(u64, CaseKey)>>,
    letters_on: RwSignal<bool>,
    palette: RwSignal<bool>,
    sheet: RwSignal<bool>,
}

impl Keys {
    /// Nothing pressed yet.
    pub fn new() -> Self {
        let is_on = crate::pwa::storage::Setting::SingleLetters.read().as_deref() != Some("off");
        Self {
            case: RwSignal::new(None),
            letters_on: RwSignal::new(is_on),
            palette: RwSignal::new(false),
            sheet: RwSignal::new(false),
        }
    }

    /// Hands a command to the open case.
    pub fn press(self, key: CaseKey) {
        let number = self.case.get_untracked().map_or(0, |(number, _)| number);
        self.case.set(Some((number + 1, key)));
    }

    /// The last command for the open case with its number; tracked. A pane acts on a number that rises while it is
    /// open, and on none that was there before.
    pub fn pressed(self) -> Option<(u64, CaseKey)> {
        self.case.get()
    }

    /// The number of the last command; not tracked.
    pub fn count(self) -> u64 {
        self.case.get_untracked().map_or(0, |(number, _)| number)
    }

    /// Whether single letters are on; tracked.
    pub fn letters_on(self) -> bool {
        self.letters_on.get()
    }

    /// Switches single letters, on this device.
    pub fn switch_letters(self, is_on: bool) {
        crate::pwa::storage::Setting::SingleLetters.write(if is_on { None } else { Some("off") });
        self.letters_on.set(is_on);
    }

    /// Whether the palette is open.
    pub const fn palette(self) -> RwSignal<bool> {
        self.palette
    }

    /// Whether the sheet of keys is open.
    pub const fn sheet(self) -> RwSignal<bool> {
        self.sheet
    }
}

impl Default for Keys {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> Press<'_> {
        Press { key, letters_on: true, ..Press::default() }
    }

    #[test]
    fn letters_rest_while_typing_and_when_switched_off() {
        let next = Meaning::Command(Command::Next);
        for (press, meaning) in [
            (press("j"), next),
            (press("J"), next),
            (Press { is_typing: true, ..press("j") }, Meaning::None),
            (Press { letters_on: false, ..press("j") }, Meaning::None),
            (Press { is_resting: true, ..press("j") }, Meaning::None),
            (Press { in_dialog: true, ..press("j") }, Meaning::None),
            (Press { with_ctrl: true, ..press("j") }, Meaning::None),
            (Press { with_alt: true, ..press("j") }, Meaning::None),
        ] {
            assert_eq!(read(press), meaning, "{press:?}");
        }
    }

    #[test]
    fn the_palette_opens_from_anywhere() {
        for is_typing in [false, true] {
            let press = Press { with_ctrl: true, is_typing, letters_on: false, ..press("K") };
            assert_eq!(read(press), Meaning::Command(Command::Palette));
        }
    }

    #[test]
    fn escape_ends_typing_before_it_leaves_the_case() {
        assert_eq!(read(press("Escape")), Meaning::Command(Command::Back));
        let typing = Press { is_typing: true, ..press("Escape") };
        assert_eq!(read(typing), Meaning::Command(Command::LeaveField));
    }

    #[test]
    fn chords_lead_to_screens() {
        assert_eq!(read(press("g")), Meaning::Chord);
        let after = |key| read(Press { after_g: true, ..press(key) });
        assert_eq!(after("i"), Meaning::Command(Command::Go(Screen::Inspect)));
        assert_eq!(after("p"), Meaning::Command(Command::Go(Screen::Practice)));
        assert_eq!(after("a"), Meaning::None);
    }

    #[test]
    fn shift_makes_another_command() {
        assert_eq!(read(press("m")), Meaning::Command(Command::Case(CaseKey::Take)));
        let shifted = Press { with_shift: true, ..press("M") };
        assert_eq!(read(shifted), Meaning::Command(Command::Case(CaseKey::Assign)));
    }
}
