//! Building blocks: props in, callbacks out. None asks the server, none knows the state.

pub mod avatar;
pub mod banner;
pub mod confirm;
pub mod deadline;
pub mod empty;
pub mod icon;
pub mod pick;
pub mod sheet;
pub mod skeleton;

pub use avatar::Avatar;
pub use banner::{Banner, BannerTone, FailureBanner};
pub use confirm::Confirm;
pub use deadline::{Deadline, DueMark};
pub use empty::{Art, Empty};
pub use icon::{Icon, Mark};
pub use pick::{Choice, Pick};
pub use sheet::Sheet;
pub use skeleton::RowSkeletons;
