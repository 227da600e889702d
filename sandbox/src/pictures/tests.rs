use std::collections::HashSet;

use crate::seed::{GROUPS, SHOPS};

use super::draw::svg;
use super::*;

#[track_caller]
fn check_png(name: &str, width: u32) {
    let bytes = png(name, width).unwrap_or_else(|| panic!("{name} has no picture"));
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "{name}");
    let size = imagesize::blob_size(&bytes).unwrap();
    let side = usize::try_from(width).unwrap();
    assert_eq!((size.width, size.height), (side, side), "{name}");
}

#[test]
fn every_drawing_becomes_a_png_of_the_size_asked_for() {
    for name in NAMES {
        check_png(name, 200);
    }
    let different: HashSet<_> = NAMES.iter().map(|name| png(name, 200)).collect();
    assert_eq!(different.len(), NAMES.len(), "two names show the same picture");
}

#[test]
fn every_hue_has_a_face() {
    for hue in [0, 1, 2, 3, 4, 180, 359] {
        check_png(&format!("avatar-{hue}"), 64);
    }
}

#[test]
fn a_buyer_can_photograph_every_product() {
    for product in SHOPS.iter().flat_map(|shop| shop.products) {
        check_png(&format!("photo-of-{}", product.picture), 120);
    }
}

#[test]
fn strange_names_and_sizes_have_no_picture() {
    for name in ["", "avatar-", "avatar-360", "avatar-007", "avatar--1", "../lamp", "lamp.svg", "photo-of-photo-box"] {
        assert_eq!(png(name, 64), None, "{name}");
    }
    for width in [0, 2049, u32::MAX] {
        assert_eq!(png("lamp", width), None, "{width}");
    }
}

#[test]
fn drawings_are_square_and_without_text() {
    for name in NAMES {
        let drawing = svg(name).unwrap();
        assert!(!drawing.contains("<text"), "{name}");
        let tree = resvg::usvg::Tree::from_str(&drawing, &Default::default()).unwrap();
        assert_eq!(tree.size().width(), tree.size().height(), "{name}");
    }
}

#[test]
fn evidence_exists_for_what_can_be_shown() {
    for product in SHOPS.iter().flat_map(|shop| shop.products) {
        for group in GROUPS {
            for photo in evidence_for(product.picture, group) {
                assert!(svg(photo).is_some(), "{photo}");
            }
        }
        assert!(!evidence_for(product.picture, "damaged").is_empty(), "{}", product.picture);
    }
    assert!(evidence_for("carafe", "changed_mind").is_empty());
}
