//! A person as two letters.

use leptos::prelude::*;

/// The five colours of people; the same person always has the same one.
const COLOURS: [&str; 5] = ["in", "to", "pl", "de", "ma"];

fn colour(id: &str) -> &'static str {
    let sum = id.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
    COLOURS.get(sum % COLOURS.len()).copied().unwrap_or("in")
}

fn initials(name: &str, most: usize) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(most).flat_map(char::to_uppercase).collect()
}

/// Initials on the person's colour; a dashed ring for nobody.
#[component]
pub fn Avatar(
    /// Whose, as (id, name); none: nobody yet.
    #[prop(into)]
    person: Option<(String, String)>,
    /// The small one, with one letter and the name for screen readers.
    #[prop(optional)]
    is_small: bool,
) -> impl IntoView {
    match person {
        None => view! {
            <span class="avatar avatar--s avatar--none" title="Nobody yet"><span class="vh">"Unassigned"</span></span>
        }
        .into_any(),
        Some((id, name)) if is_small => view! {
            <span class="avatar avatar--s" data-p=colour(&id) title=name.clone()>
                {initials(&name, 1)}<span class="vh">" "{name.clone()}</span>
            </span>
        }
        .into_any(),
        Some((id, name)) => view! {
            <span class="avatar" data-p=colour(&id) aria-hidden="true">{initials(&name, 2)}</span>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_letters_of_names() {
        for (name, most, letters) in [("Ines Vega", 2, "IV"), ("tom", 2, "T"), ("ณิชา ว.", 1, "ณ"), ("", 2, "")]
        {
            assert_eq!(initials(name, most), letters);
        }
        assert_eq!(colour("p_1"), colour("p_1"));
    }
}
