//! Pictures and documents.

use crate::form::Part;
use crate::gateway::{Outcome, Refusal, Request, business, refuse};
use crate::world::{Upload, World};
use serde_json::json;

const MOST: usize = 10 * 1024 * 1024;

fn picture(request: &Request<'_>, allowed: &[&str]) -> Result<Upload, Refusal> {
    let data = request.files.iter().find(|part| part.name == "data");
    let bytes = data.map(|part| part.bytes.clone()).unwrap_or_default();
    if bytes.len() > MOST {
        return Err(refuse(413, 36_009_021, "Invalid file size. The uploaded file size exceeds the maximum limit."));
    }
    let mime = match imagesize::image_type(&bytes) {
        Ok(imagesize::ImageType::Jpeg) => "image/jpeg",
        Ok(imagesize::ImageType::Png) => "image/png",
        Ok(imagesize::ImageType::Webp) => "image/webp",
        Ok(imagesize::ImageType::Gif) => "image/gif",
        Ok(imagesize::ImageType::Bmp) => "image/bmp",
        _ => return Err(request.wrong("data", "not a picture")),
    };
    let size = imagesize::blob_size(&bytes).map_err(|_| request.wrong("data", "not a picture"))?;
    if !allowed.contains(&mime) {
        return Err(request.wrong("data", "this kind of picture is not taken"));
    }
    Ok(Upload { uri: String::new(), bytes, mime, size: (size.width, size.height) })
}

/// Keeps a picture under a new name; answers the name, and where it is served.
fn keep(world: &mut World, upload: Upload, prefix: &str) -> (String, String) {
    let uri = world.token(prefix);
    world.uploads.push(Upload { uri: uri.clone(), ..upload });
    let url = world.upload_url(&uri);
    (uri, url)
}

pub(super) fn product_image(world: &mut World, request: &Request<'_>) -> Outcome {
    let upload = picture(request, &["image/jpeg", "image/png", "image/webp", "image/bmp"])?;
    let (width, height) = upload.size;
    let (uri, url) = keep(world, upload, "tos-sandbox-i-");
    let used = request.text("use_case").unwrap_or("MAIN_IMAGE");
    Ok(json!({ "uri": uri, "url": url, "width": width, "height": height, "use_case": used }))
}

pub(super) fn chat_image(world: &mut World, request: &Request<'_>) -> Outcome {
    let upload = picture(request, &["image/jpeg", "image/png", "image/webp", "image/gif"])?;
    let (width, height) = upload.size;
    let (_, url) = keep(world, upload, "chat-");
    Ok(json!({ "url": url, "width": width, "height": height }))
}

/// The seller's own label: for returns that the buyer has not sent yet.
pub(super) fn shipping_document(world: &mut World, request: &Request<'_>) -> Outcome {
    let is_pdf = |part: &&Part| part.bytes.starts_with(b"%PDF-");
    if let Some(other) = request.files.iter().find(|part| !is_pdf(part)) {
        return Err(request.wrong(&other.name, "not a PDF"));
    }
    let text = |name: &str| request.text(name).unwrap_or_default().to_owned();
    let label = (text("return_provider_id"), text("tracking_number"));
    if label.0.is_empty() || label.1.is_empty() {
        return Err(request.wrong("tracking_number", "tracking_number and return_provider_id are required"));
    }
    let is_parcel = request.query("return_id_type") == Some("RMA");
    let mut places = Vec::new();
    for id in request.query_list("return_ids") {
        let found = if is_parcel {
            world.parcels.iter().find(|parcel| parcel.id == id).map(|parcel| parcel.returns.clone())
        } else {
            world.return_by_id.get(&id).map(|place| vec![*place])
        };
        places.extend(found.ok_or_else(|| business((25_007_006, "Order not found.")))?);
    }
    for place in &places {
        let case = world.returns.get(*place);
        let order = case.and_then(|case| world.orders.get(case.order));
        if order.is_none_or(|order| order.shop != request.shop) {
            return Err(business((25_020_005, "No permission to process this order")));
        }
        if case.is_none_or(|case| case.status != "AWAITING_BUYER_SHIP") {
            return Err(business((25_020_003, "decision not match reverse status")));
        }
    }
    for place in places {
        if let Some(case) = world.returns.get_mut(place) {
            case.label = Some(label.clone());
            case.updated = case.updated.max(request.call.now);
        }
    }
    Ok(json!({}))
}
