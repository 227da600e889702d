//! A buyer's snapshot of a product: its drawing, cut out and put on a kitchen table.

/// Composes the snapshot. Nothing for a drawing that is not a product's: those have their ground
/// as the first shape and are 48 units wide.
pub(super) fn svg(drawing: &str) -> Option<String> {
    let (_, rest) = drawing.split_once("<rect width=\"48\" height=\"48\" fill=\"")?;
    let (_, shapes) = rest.split_once("/>")?;
    let shapes = shapes.trim_end().strip_suffix("</svg>")?;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 240 240\"><defs>\
         <linearGradient id=\"wood\" x2=\"0\" y2=\"1\"><stop stop-color=\"#c99d6b\"/>\
         <stop offset=\"1\" stop-color=\"#8f6238\"/></linearGradient>\
         <linearGradient id=\"wall\" x2=\"1\" y2=\"1\"><stop stop-color=\"#e6ddcf\"/>\
         <stop offset=\"1\" stop-color=\"#b8ab98\"/></linearGradient>\
         <radialGradient id=\"dim\" cx=\".5\" cy=\".45\" r=\".75\">\
         <stop offset=\".6\" stop-opacity=\"0\"/><stop offset=\"1\" stop-opacity=\".38\"/>\
         </radialGradient></defs>\
         <rect width=\"240\" height=\"240\" fill=\"url(#wall)\"/>\
         <path d=\"M0 128h240v112H0z\" fill=\"url(#wood)\"/>\
         <path d=\"M0 160h240M0 198h240\" stroke=\"#7d5530\" stroke-opacity=\".35\" stroke-width=\"2\"/>\
         <ellipse cx=\"122\" cy=\"201\" rx=\"66\" ry=\"11\" fill=\"#3b2410\" opacity=\".35\"/>\
         <g transform=\"translate(20 19) rotate(-3 100 100) scale(4.250)\">{shapes}</g>\
         <rect width=\"240\" height=\"240\" fill=\"url(#dim)\"/></svg>"
    ))
}
