//! From a name to pixels.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::{assets, avatar, snapshot};

const MAX_WIDTH: u16 = 2048;

/// Names and widths come from URLs, so what is kept has a bound: about 30 KB each at this width.
const MAX_CACHED: usize = 1024;
const MAX_CACHED_WIDTH: u16 = 512;

type Cache = HashMap<(String, u16), Vec<u8>>;

/// The picture `name` as a square PNG of `width` pixels.
///
/// Names are `NAMES`, `avatar-0` to `avatar-359`, and `photo-of-` before the name of a product:
/// a buyer's snapshot of it. `None` for any other name, and for a width
/// that is zero or above 2048.
pub fn png(name: &str, width: u32) -> Option<Vec<u8>> {
    static CACHE: OnceLock<Mutex<Cache>> = OnceLock::new();
    let width = u16::try_from(width).ok().filter(|width| (1..=MAX_WIDTH).contains(width))?;
    let cache = CACHE.get_or_init(Mutex::default);
    let key = (name.to_owned(), width);
    if let Some(known) = cache.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Some(known.clone());
    }
    // Drawn without the lock: two requests may draw the same picture, none waits for another's.
    let drawn = render(&svg(name)?, width)?;
    let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
    if width <= MAX_CACHED_WIDTH && cache.len() < MAX_CACHED {
        cache.insert(key, drawn.clone());
    }
    Some(drawn)
}

pub(super) fn svg(name: &str) -> Option<Cow<'static, str>> {
    if let Some(hue) = name.strip_prefix("avatar-") {
        return avatar::svg(hue).map(Cow::Owned);
    }
    if let Some(product) = name.strip_prefix("photo-of-") {
        return snapshot::svg(assets::svg(product)?).map(Cow::Owned);
    }
    assets::svg(name).map(Cow::Borrowed)
}

fn render(svg: &str, width: u16) -> Option<Vec<u8>> {
    let tree = Tree::from_str(svg, &Options::default()).ok()?;
    let side = u32::from(width);
    let mut pixels = Pixmap::new(side, side)?;
    let size = tree.size();
    let scale = Transform::from_scale(f32::from(width) / size.width(), f32::from(width) / size.height());
    resvg::render(&tree, scale, &mut pixels.as_mut());
    pixels.encode_png().ok()
}
