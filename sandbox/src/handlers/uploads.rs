//! Pictures and documents.

use crate::gateway::{Outcome, Refusal, Request, bad_parameter, refuse};
use crate::world::{Upload, World};
use serde_json::json;

const MOST: usize = 10 * 1024 * 1024;

/// The first part named `data` of a multipart body.
fn data_part(request: &Request<'_>) -> Option<Vec<u8>> {
    let kind = request.call.content_type.as_deref()?;
    let boundary = kind.split("boundary=").nth(1)?.split(';').next()?.trim().trim_matches('"');
    let mark = [b"--", boundary.as_bytes()].concat();
    let body = &request.call.body;
    let find = |from: usize, needle: &[u8]| {
        body.get(from..)?.windows(needle.len()).position(|window| window == needle).map(|at| from + at)
    };
    let mut from = find(0, &mark)?;
    loop {
        let head = from + mark.len();
        let next = find(head, &mark)?;
        let start = find(head, b"\r\n\r\n")? + 4;
        let header = String::from_utf8_lossy(body.get(head..start)?).into_owned();
        if header.contains("name=\"data\"") || header.contains("name=data") {
            return body.get(start..next.saturating_sub(2)).map(<[u8]>::to_vec);
        }
        from = next;
    }
}

fn picture(request: &Request<'_>, allowed: &[&str]) -> Result<(Vec<u8>, &'static str, usize, usize), Refusal> {
    let Some(bytes) = data_part(request) else { return Err(bad_parameter("data", "required")) };
    if bytes.len() > MOST {
        return Err(refuse(413, 36_009_021, "Invalid file size. The uploaded file size exceeds the maximum limit."));
    }
    let mime = match imagesize::image_type(&bytes) {
        Ok(imagesize::ImageType::Jpeg) => "image/jpeg",
        Ok(imagesize::ImageType::Png) => "image/png",
        Ok(imagesize::ImageType::Webp) => "image/webp",
        Ok(imagesize::ImageType::Gif) => "image/gif",
        Ok(imagesize::ImageType::Bmp) => "image/bmp",
        _ => return Err(bad_parameter("data", "not a picture")),
    };
    let size = imagesize::blob_size(&bytes).map_err(|_| bad_parameter("data", "not a picture"))?;
    if !allowed.contains(&mime) {
        return Err(bad_parameter("data", "this kind of picture is not taken"));
    }
    Ok((bytes, mime, size.width, size.height))
}

fn keep(world: &mut World, bytes: Vec<u8>, mime: &'static str, prefix: &str) -> String {
    let uri = world.token(prefix);
    world.uploads.push(Upload { uri: uri.clone(), bytes, mime });
    uri
}

pub(super) fn product_image(world: &mut World, request: &Request<'_>) -> Outcome {
    let (bytes, mime, width, height) = picture(request, &["image/jpeg", "image/png", "image/webp", "image/bmp"])?;
    let uri = keep(world, bytes, mime, "tos-sandbox-i-");
    let url = format!("{}/_sandbox/upload/{uri}", world.origin);
    Ok(json!({ "uri": uri, "url": url, "width": width, "height": height, "use_case": "MAIN_IMAGE" }))
}

pub(super) fn chat_image(world: &mut World, request: &Request<'_>) -> Outcome {
    let (bytes, mime, width, height) = picture(request, &["image/jpeg", "image/png", "image/webp", "image/gif"])?;
    let uri = keep(world, bytes, mime, "chat-");
    Ok(json!({ "url": format!("{}/_sandbox/upload/{uri}", world.origin), "width": width, "height": height }))
}

pub(super) fn shipping_document(_: &mut World, request: &Request<'_>) -> Outcome {
    if data_part(request).is_none() && request.call.body.is_empty() {
        return Err(bad_parameter("data", "required"));
    }
    Ok(json!({}))
}
