//! Names in the device's storage: settings of this device only, never anything of a buyer.

use crate::web;

/// A setting of this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// `light` or `dark`; absent: as the system says.
    Theme,
    /// `off`, or absent.
    SingleLetters,
    /// `on` where the system shows deadline alarms; or absent.
    Alarms,
    /// `closed` once the hint to install was closed.
    InstallHint,
    /// `yes` while the desk has not heard that somebody signed out here.
    SignOutOwed,
}

impl Setting {
    const fn key(self) -> &'static str {
        match self {
            Self::Theme => "amends.theme",
            Self::SingleLetters => "amends.letters",
            Self::Alarms => "amends.alarms",
            Self::InstallHint => "amends.install-hint",
            Self::SignOutOwed => "amends.sign-out-owed",
        }
    }

    /// The value, if the browser lets us read.
    pub fn read(self) -> Option<String> {
        if cfg!(target_arch = "wasm32") { web::stored(self.key()) } else { None }
    }

    /// Keeps or removes it.
    pub fn write(self, value: Option<&str>) {
        let _ = web::store(self.key(), value);
    }
}

/// Draws the page as chosen before, on this device.
pub fn apply_theme() {
    let _ = web::set_root_attribute("data-theme", Setting::Theme.read().as_deref());
}

/// Draws the page as chosen; none: as the system says.
pub fn choose_theme(theme: Option<&str>) {
    Setting::Theme.write(theme);
    let _ = web::set_root_attribute("data-theme", theme);
}
