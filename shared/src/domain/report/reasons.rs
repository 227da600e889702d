//! Reasons by product.

use crate::reasons::ReasonGroup;
use crate::wire::report::{ReasonRow, Reasons};
use std::cmp::Reverse;
use std::collections::BTreeMap;

fn most_first<K: Ord + Clone>(counts: &BTreeMap<K, u64>) -> Vec<K> {
    let mut all: Vec<_> = counts.iter().collect();
    all.sort_by_key(|(_, count)| Reverse(**count));
    all.into_iter().map(|(key, _)| key.clone()).collect()
}

/// The map of so many products with most requests, and of all reasons.
pub fn reasons(counts: &[(ReasonGroup, String, u64)], most_products: usize) -> Reasons {
    let (mut by_product, mut by_reason) = (BTreeMap::<&str, u64>::new(), BTreeMap::<ReasonGroup, u64>::new());
    for (reason, product, count) in counts {
        *by_product.entry(product).or_default() += count;
        *by_reason.entry(*reason).or_default() += count;
    }
    let products: Vec<&str> = most_first(&by_product).into_iter().take(most_products).collect();
    let places: BTreeMap<&str, usize> = products.iter().enumerate().map(|(place, product)| (*product, place)).collect();
    let mut cells = BTreeMap::<ReasonGroup, Vec<u64>>::new();
    for (reason, product, count) in counts {
        let row = cells.entry(*reason).or_insert_with(|| vec![0; products.len()]);
        if let Some(cell) = places.get(product.as_str()).and_then(|place| row.get_mut(*place)) {
            *cell += count;
        }
    }
    let row = |reason: ReasonGroup| ReasonRow {
        reason,
        cells: cells.remove(&reason).unwrap_or_default(),
        all: by_reason.get(&reason).copied().unwrap_or_default(),
    };
    Reasons {
        more: u64::try_from(by_product.len() - products.len()).unwrap_or_default(),
        products: products.into_iter().map(str::to_owned).collect(),
        rows: most_first(&by_reason).into_iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_stand_first_and_all_counts_everything() {
        let count = |reason, product: &str, count| (reason, product.to_owned(), count);
        let counts = [
            count(ReasonGroup::Fit, "Shirt", 4),
            count(ReasonGroup::Damaged, "Lamp", 3),
            count(ReasonGroup::Damaged, "Shirt", 1),
            count(ReasonGroup::Damaged, "Cup", 2),
        ];
        let found = reasons(&counts, 2);
        assert_eq!((found.products, found.more), (vec!["Shirt".to_owned(), "Lamp".to_owned()], 1));
        assert_eq!(
            found.rows,
            [
                ReasonRow { reason: ReasonGroup::Damaged, cells: vec![1, 3], all: 6 },
                ReasonRow { reason: ReasonGroup::Fit, cells: vec![4, 0], all: 4 },
            ]
        );
        assert_eq!(reasons(&[], 2), Reasons::default());
    }
}
