//! `/api/templates`: the parts from which replies are composed.
