//! Uploads. They change nothing by themselves; what they give is used by a decision or a message.

use super::chat::ChatImage;
use super::client::Upstream;
use super::endpoint::{Body, Call, Endpoint};
use super::error::TiktokError;
use super::wire::Uploaded;
use reqwest::Method;

static PRODUCT: Endpoint =
    Endpoint::new("upload_product_image", Method::POST, "product", &["202309"], "images/upload").without_shop();
static CHAT: Endpoint =
    Endpoint::new("upload_chat_image", Method::POST, "customer_service", &["202309"], "images/upload");

/// A picture that can be named in a rejection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedImage {
    /// `image_id` of a rejection.
    pub uri: String,
}

fn extension(mime: &str) -> Result<&'static str, TiktokError> {
    match mime {
        "image/jpeg" => Ok("jpg"),
        "image/png" => Ok("png"),
        "image/webp" => Ok("webp"),
        "image/gif" => Ok("gif"),
        _ => Err(TiktokError::Missing { what: "a kind of picture that TikTok takes" }),
    }
}

impl Upstream {
    /// One part `data` with a made-up name: the agent's own file name is nobody's business.
    fn multipart(&self, bytes: &[u8], mime: &str) -> Result<Body, TiktokError> {
        let extension = extension(mime)?;
        let boundary = self.client().entropy().id("amends")?;
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"data\"; filename=\"photo.{extension}\"\r\n\
             Content-Type: {mime}\r\n\r\n"
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        let bytes = [head.as_bytes(), bytes, tail.as_bytes()].concat();
        Ok(Body::Multipart { bytes, content_type: format!("multipart/form-data; boundary={boundary}") })
    }

    /// Uploads a proof for a rejection.
    pub async fn upload_product_image(&self, bytes: Vec<u8>, mime: &str) -> Result<UploadedImage, TiktokError> {
        let body = self.multipart(&bytes, mime)?;
        let uploaded: Uploaded = self.write_for(Call { body, ..Call::new(&PRODUCT) }).await?;
        let uri = uploaded.uri.filled().ok_or(TiktokError::Missing { what: "uri" })?;
        Ok(UploadedImage { uri })
    }

    /// Uploads a picture for a message.
    pub async fn upload_chat_image(&self, bytes: Vec<u8>, mime: &str) -> Result<ChatImage, TiktokError> {
        let body = self.multipart(&bytes, mime)?;
        let uploaded: Uploaded = self.write_for(Call { body, ..Call::new(&CHAT) }).await?;
        let pixels =
            |side: super::wire::Int| side.known().and_then(|side| u32::try_from(side).ok()).unwrap_or_default();
        let url = uploaded.url.filled().ok_or(TiktokError::Missing { what: "url" })?;
        Ok(ChatImage { url, width: pixels(uploaded.width), height: pixels(uploaded.height) })
    }
}
