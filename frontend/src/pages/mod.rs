//! A folder per screen: they load and arrange.

pub mod case;
pub mod desk;
pub mod door;
pub mod handbook;
pub mod inspect;
pub mod quality;
pub mod replies;
pub mod reports;
pub mod settings;
pub mod shell;
pub mod welcome;
