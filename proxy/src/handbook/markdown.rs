//! Markdown to HTML that cannot run, load or style anything.

use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html as write};
use shared::domain::files::FileId;
use url::Url;

/// Words that somebody reads in a minute, with a look at the screen in between.
const WORDS_A_MINUTE: usize = 180;

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// Where a link of a page may lead: to a site over HTTP, or to another page of the handbook.
fn allowed(link: &str) -> Option<(String, bool)> {
    if let Some(page) = link.strip_prefix("/handbook/") {
        let is_page =
            !page.is_empty() && page.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        return is_page.then(|| (link.to_owned(), false));
    }
    let url = Url::parse(link).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())?;
    Some((url.into(), true))
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

fn opening(link: &str, is_elsewhere: bool) -> Event<'static> {
    let more = if is_elsewhere { " target=\"_blank\" rel=\"noopener noreferrer\"" } else { "" };
    Event::InlineHtml(CowStr::from(format!("<a href=\"{}\"{more}>", escaped(link))))
}

/// A picture of the handbook's own: the only address from which anything is loaded. The words are what it shows.
fn own_picture(file: &FileId, words: &str) -> Event<'static> {
    let place = format!("/api/handbook/media/{file}");
    Event::InlineHtml(CowStr::from(format!("<img src=\"{place}\" alt=\"{}\" loading=\"lazy\">", escaped(words))))
}

const fn closing() -> Event<'static> {
    Event::InlineHtml(CowStr::Borrowed("</a>"))
}

/// Lets through what is harmless, and makes the rest harmless.
#[derive(Default)]
struct Guard {
    /// For each link or picture that is open: whether it was written as one.
    open: Vec<bool>,
    /// The picture of the handbook's own that is open, how many pictures are open within it, and its words so far.
    picture: Option<(FileId, usize, String)>,
}

impl Guard {
    fn enter(&mut self, link: &str) -> Vec<Event<'static>> {
        // A picture inside a link is a word of that link.
        let is_inside = self.open.contains(&true);
        let found = allowed(link).filter(|_| !is_inside);
        self.open.push(found.is_some());
        found.map(|(link, is_elsewhere)| opening(&link, is_elsewhere)).into_iter().collect()
    }

    fn leave(&mut self) -> Vec<Event<'static>> {
        if self.open.pop() == Some(true) { vec![closing()] } else { Vec::new() }
    }

    /// Inside of a picture everything is a word about it.
    fn within(&mut self, event: &Event<'_>) -> Option<Vec<Event<'static>>> {
        let (_, depth, words) = self.picture.as_mut()?;
        match event {
            Event::Start(Tag::Image { .. }) => *depth += 1,
            Event::End(TagEnd::Image) if *depth > 0 => *depth -= 1,
            Event::End(TagEnd::Image) => {
                let (file, _, words) = self.picture.take()?;
                return Some(vec![own_picture(&file, words.trim())]);
            }
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => words.push_str(text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
        Some(Vec::new())
    }

    fn pass<'a>(&mut self, event: Event<'a>) -> Vec<Event<'a>> {
        if let Some(made) = self.within(&event) {
            return made;
        }
        match event {
            Event::Start(Tag::Image { ref dest_url, .. }) if let Some(file) = FileId::referred(dest_url) => {
                self.picture = Some((file, 0, String::new()));
                Vec::new()
            }
            // Markup is shown as it was typed.
            Event::Html(text) | Event::InlineHtml(text) => vec![Event::Text(text)],
            Event::Start(Tag::HtmlBlock) => vec![Event::Start(Tag::Paragraph)],
            Event::End(TagEnd::HtmlBlock) => vec![Event::End(TagEnd::Paragraph)],
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => self.enter(&dest_url),
            Event::End(TagEnd::Link | TagEnd::Image) => self.leave(),
            // Under a step's title.
            Event::Start(Tag::Heading { .. }) => vec![Event::Start(Tag::Heading {
                level: HeadingLevel::H4,
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            })],
            Event::End(TagEnd::Heading(_)) => vec![Event::End(TagEnd::Heading(HeadingLevel::H4))],
            // How columns are aligned would be written as a style, which the content policy refuses.
            Event::Start(Tag::Table(columns)) => vec![
                Event::Html(CowStr::Borrowed("<div class=\"wide\" tabindex=\"0\">")),
                Event::Start(Tag::Table(vec![Alignment::None; columns.len()])),
            ],
            Event::End(TagEnd::Table) => vec![Event::End(TagEnd::Table), Event::Html(CowStr::Borrowed("</div>"))],
            other => vec![other],
        }
    }
}

/// The pictures of the handbook's own in a text, each with the words about it.
pub(super) fn pictures(text: &str) -> Vec<(FileId, String)> {
    let mut found = Vec::new();
    let mut guard = Guard::default();
    for event in parser(text) {
        let before = guard.picture.clone();
        let is_end = !guard.pass(event).is_empty();
        if let (Some((file, _, words)), true) = (before, is_end) {
            found.push((file, words.trim().to_owned()));
        }
    }
    found
}

/// The text of a step as HTML: markup in it is shown as text, a link leads to HTTP alone; a picture of the handbook's own is
/// shown, any other is a link.
pub fn html(text: &str) -> String {
    let mut guard = Guard::default();
    let mut safe = String::with_capacity(text.len() * 2);
    write::push_html(&mut safe, parser(text).flat_map(|event| guard.pass(event)));
    safe
}

/// What ends a sentence, or leads on to the next one.
const ENDS: [char; 7] = ['.', '!', '?', ':', ';', ',', '…'];

/// Readable words of a text: its paragraphs and the items of its lists, one after the other. What only a page can show is
/// left out: headings, tables, blocks of code, pictures.
fn readable(text: &str) -> String {
    let mut words = String::new();
    // So many of what is left out are open, and so many lists.
    let (mut hidden, mut lists) = (0_usize, 0_usize);
    for event in parser(text) {
        let is_hidden = |tag: &Tag<'_>| {
            matches!(tag, Tag::Heading { .. } | Tag::Table(_) | Tag::CodeBlock(_) | Tag::Image { .. } | Tag::HtmlBlock)
        };
        match event {
            Event::Start(tag) if is_hidden(&tag) => hidden += 1,
            Event::End(TagEnd::Heading(_) | TagEnd::Table | TagEnd::CodeBlock | TagEnd::Image | TagEnd::HtmlBlock) => {
                hidden = hidden.saturating_sub(1);
            }
            _ if hidden > 0 => {}
            Event::Start(Tag::List(_)) => {
                lists += 1;
                gap(&mut words, Some(':'));
            }
            Event::End(TagEnd::List(_)) => lists = lists.saturating_sub(1),
            Event::Text(text) | Event::Code(text) => {
                let is_first = words.is_empty() || words.ends_with(' ');
                words.push_str(if is_first { text.trim_start() } else { &text });
            }
            Event::End(TagEnd::Item | TagEnd::Paragraph) => gap(&mut words, (lists > 0).then_some(';')),
            Event::SoftBreak | Event::HardBreak => gap(&mut words, None),
            _ => {}
        }
    }
    words.trim().trim_end_matches(';').to_owned()
}

/// A space after what was said, and a mark before it if what follows does not go on by itself.
fn gap(words: &mut String, mark: Option<char>) {
    let said = words.trim_end().len();
    words.truncate(said);
    let goes_on = words.is_empty() || words.ends_with(ENDS) || words.ends_with(" or") || words.ends_with(" and");
    words.extend(mark.filter(|_| !goes_on));
    if !words.is_empty() {
        words.push(' ');
    }
}

/// The first `most` characters of the readable words of a text, cut between two words.
pub fn plain(text: &str, most: usize) -> String {
    let words = readable(text);
    let words = words.trim();
    if words.chars().count() <= most {
        return words.to_owned();
    }
    let cut: String = words.chars().take(most).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', ';', ':', '.', ' ']))
}

/// About how many minutes it takes to read.
pub fn minutes<'a>(texts: impl Iterator<Item = &'a str>) -> u32 {
    let words: usize = texts.map(|text| text.split_whitespace().count()).sum();
    u32::try_from(words.div_ceil(WORDS_A_MINUTE)).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every element and attribute that a text can come to; anything else in a made HTML is a hole.
    const ELEMENTS: [&str; 22] = [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "div",
        "em",
        "h4",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ];
    const ATTRIBUTES: [&str; 10] =
        ["href", "rel", "target", "class", "tabindex", "start", "title", "src", "alt", "loading"];
    const OWN: &str = "media:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// Reads the tags as a browser does: what stands between `<` and `>` of text that was escaped properly.
    fn check(html: &str) {
        let mut rest = html;
        while let Some((_, after)) = rest.split_once('<') {
            let (tag, after) = after.split_once('>').unwrap_or_else(|| panic!("an open tag: {html}"));
            rest = after;
            let tag = tag.trim_start_matches('/').trim_end_matches('/').trim();
            let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            assert!(ELEMENTS.contains(&name), "<{name}> in {html}");
            let mut left = attributes.trim();
            while let Some((attribute, after)) = left.split_once("=\"") {
                assert!(ATTRIBUTES.contains(&attribute), "{attribute} in {html}");
                let (value, after) = after.split_once('"').unwrap();
                if attribute == "href" {
                    let is_safe = ["http://", "https://", "/handbook/"].iter().any(|start| value.starts_with(start));
                    assert!(is_safe, "{value} in {html}");
                    assert_eq!(tag.contains("rel=\"noopener noreferrer\""), value.starts_with("http"), "{html}");
                }
                if attribute == "src" {
                    let id = value.strip_prefix("/api/handbook/media/").unwrap_or_else(|| panic!("{value} in {html}"));
                    assert!(id.parse::<FileId>().is_ok(), "{value} in {html}");
                }
                left = after.trim();
            }
            assert_eq!(left, "", "in {html}");
        }
    }

    #[test]
    fn nothing_in_a_text_can_run_or_load() {
        for attack in [
            "<script>alert(1)</script>",
            "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
            "<scr<script>ipt>alert(1)</script>",
            "text <img src=x onerror=alert(1)> text",
            "<img src=\"https://evil.example/pixel.png\">",
            "![pixel](https://evil.example/pixel.png)",
            "![x](https://evil.example/p.png \"onload=alert(1)\")",
            "![\" onerror=alert(1) x=\"](https://evil.example/p.png)",
            "![a](javascript:alert(1))",
            "[![a](https://evil.example/a.png)](https://evil.example/)",
            "![[a](https://b.example/)](https://evil.example/a.png)",
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](java\u{1}script:alert(1))",
            "[a](&#106;avascript:alert(1))",
            "[a](<javascript:alert(1)>)",
            "[a](data:text/html;base64,PHNjcmlwdD4=)",
            "[a](vbscript:msgbox(1))",
            "[a](file:///etc/passwd)",
            "[a](//evil.example/)",
            "[a](/\\evil.example/)",
            "[a](/handbook/../api/session)",
            "[a](/handbook/x?y=\"onclick=alert(1))",
            "[a](/api/session)",
            "[a](https://ok.example/\"onmouseover=\"alert(1))",
            "[a](https://ok.example/ \"title\\\" onclick=\\\"alert(1)\")",
            "[a](https://ok.example/'onclick='alert(1))",
            "[a]: javascript:alert(1)\n\n[a]",
            "<javascript:alert(1)>",
            "<https://ok.example/\"onclick=alert(1)>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<iframe src=\"https://evil.example/\"></iframe>",
            "<style>*{display:none}</style>",
            "<svg/onload=alert(1)>",
            "<svg><script>alert(1)</script></svg>",
            "<math><mtext></mtext></math>",
            "<form action=https://evil.example/><input></form>",
            "<div style=\"position:fixed\">x</div>",
            "<!-- --><script>alert(1)</script>",
            "<![CDATA[<script>alert(1)</script>]]>",
            "<?php echo 1 ?>",
            "<meta http-equiv=refresh content=\"0;url=https://evil.example/\">",
            "<base href=https://evil.example/>",
            "</p></div></main><script>alert(1)</script>",
            "# <b onclick=alert(1)>Title</b> {onclick=alert(1) #id .class}",
            "```html\" onclick=\"alert(1)\n<script>alert(1)</script>\n```",
            "`<script>alert(1)</script>`",
            "| a | b |\n|:--|--:|\n| <script>alert(1)</script> | ![x](https://evil.example/p.png) |",
            "- [ ] <input type=checkbox onclick=alert(1)>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "a\u{0}b<script>\u{0}",
            "\u{202e}<script>alert(1)</script>",
            "> <details open ontoggle=alert(1)>",
            "![a](/api/handbook/media/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef)",
            "![a](media:../session)",
            "![a](media:https://evil.example/p.png)",
            "![a](//evil.example/p.png)",
            "<img src=\"media:0123\" onerror=alert(1)>",
        ] {
            check(&html(attack));
            assert!(!html(attack).contains("<img"), "{attack}");
        }
        for attack in [
            format!("![\" onerror=\"alert(1)]({OWN})"),
            format!("![<script>alert(1)</script>]({OWN})"),
            format!("![a]({OWN} \"title\\\" onload=\\\"alert(1)\")"),
            format!("[![a]({OWN})](javascript:alert(1))"),
            format!("![a ![b](https://evil.example/p.png) ![c]({OWN})]({OWN})"),
            format!("![a [b](https://evil.example/) c]({OWN})"),
            format!("![a\n\n<b onclick=alert(1)>]({OWN})"),
            format!("[a]({OWN})"),
        ] {
            check(&html(&attack));
        }
    }

    #[test]
    fn what_markdown_is_for_comes_through() {
        for (text, made) in [
            (
                "One *two* **three** ~~four~~ `five`",
                "<p>One <em>two</em> <strong>three</strong> <del>four</del> <code>five</code></p>\n",
            ),
            ("# Title", "<h4>Title</h4>\n"),
            ("a<b", "<p>a&lt;b</p>\n"),
            ("[a](/handbook/deadlines)", "<p><a href=\"/handbook/deadlines\">a</a></p>\n"),
            (
                "[a](https://x.example/?b=1&c=2)",
                "<p><a href=\"https://x.example/?b=1&amp;c=2\" target=\"_blank\" rel=\"noopener noreferrer\">a</a></p>\n",
            ),
            (
                "![A photo](https://x.example/a.png)",
                "<p><a href=\"https://x.example/a.png\" target=\"_blank\" rel=\"noopener noreferrer\">A photo</a></p>\n",
            ),
            ("![A photo](javascript:a)", "<p>A photo</p>\n"),
            (
                "![The *label*](media:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef) is here",
                "<p><img src=\"/api/handbook/media/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" \
                 alt=\"The label\" loading=\"lazy\"> is here</p>\n",
            ),
            ("1. one\n2. two", "<ol>\n<li>one</li>\n<li>two</li>\n</ol>\n"),
        ] {
            assert_eq!(html(text), made, "{text}");
        }
        assert!(html("<b>bold</b>").contains("&lt;b&gt;bold&lt;/b&gt;"));
        assert!(html("| a |\n|--:|\n| 1 |").starts_with("<div class=\"wide\" tabindex=\"0\"><table><thead>"));
    }

    #[test]
    fn pictures_are_found_with_their_words() {
        let text =
            format!("Look:\n\n![ The label ]({OWN})\n\n- ![]({OWN})\n\n`![code]({OWN})` ![p](https://x.example/p.png)");
        let found: Vec<String> = pictures(&text).into_iter().map(|(_, words)| words).collect();
        assert_eq!(found, ["The label", ""]);
    }

    #[test]
    fn a_long_and_deep_text_is_no_trouble() {
        for text in
            ["> ".repeat(8_000), "[".repeat(20_000), "*a".repeat(10_000), "<".repeat(20_000), "- ".repeat(8_000)]
        {
            check(&html(&text));
        }
    }

    #[test]
    fn first_lines_have_no_marks_and_end_between_words() {
        for (text, most, words) in [
            ("Read **the buyer’s** words.\nThen *look*.", 100, "Read the buyer’s words. Then look."),
            ("# Title\n\n- one\n- two", 100, "one; two"),
            (
                "Offer when\n\n- it is whole, or\n- some are.\n\nElse not.",
                100,
                "Offer when: it is whole, or some are. Else not.",
            ),
            ("- one\n\n  more\n- `two`", 100, "one; more; two"),
            ("Look.\n\n| You see | You do |\n|---|---|\n| a | b |\n\nThen ask.", 100, "Look. Then ask."),
            ("Look ![the label](media:x) here.\n\n```\ncode\n```", 100, "Look here."),
            ("| a |\n|---|\n| b |", 100, ""),
            ("Read the words, then decide", 16, "Read the words…"),
            ("[A link](https://x.example/)!", 100, "A link!"),
            ("", 10, ""),
        ] {
            assert_eq!(plain(text, most), words);
        }
        assert_eq!((minutes(["a b c"].into_iter()), minutes(["a "; 361].into_iter())), (1, 3));
    }
}
