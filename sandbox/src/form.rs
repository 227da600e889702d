//! Bodies of `multipart/form-data`.

/// One part.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

fn find(body: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut at = from;
    loop {
        at += body.get(at..)?.iter().position(|byte| *byte == first)?;
        if body.get(at..)?.starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
}

/// The name of a part, from its headers.
fn name(headers: &str) -> Option<String> {
    let line = headers.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let given = line.split(';').find_map(|member| member.trim().strip_prefix("name="))?;
    Some(given.trim().trim_matches('"').to_owned())
}

/// All parts; none: this is no such body.
pub(crate) fn parts(content_type: &str, body: &[u8]) -> Option<Vec<Part>> {
    let boundary = content_type.split("boundary=").nth(1)?.split(';').next()?.trim().trim_matches('"');
    let mark = [b"--", boundary.as_bytes()].concat();
    let mut from = find(body, 0, &mark)?;
    let mut parts = Vec::new();
    loop {
        let head = from + mark.len();
        if body.get(head..)?.starts_with(b"--") {
            return Some(parts);
        }
        let next = find(body, head, &mark)?;
        let start = find(body, head, b"\r\n\r\n").filter(|start| *start < next)? + 4;
        let headers = String::from_utf8_lossy(body.get(head..start)?).into_owned();
        parts.push(Part { name: name(&headers)?, bytes: body.get(start..next.saturating_sub(2))?.to_vec() });
        from = next;
    }
}
