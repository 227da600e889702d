//! The extractor that turns a session into an agent, if the role allows what the route does.

use super::{Agent, session};
use crate::app::Desk;
use crate::error::Error;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use shared::wire::session::Role;
use std::marker::PhantomData;

/// What a route needs. The types below are the whole list.
pub trait Permission: Send + Sync + 'static {
    /// The least role that has it.
    const LEAST: Role;
}

macro_rules! permission {
    ($(#[$doc:meta])* $name:ident, $least:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl Permission for $name {
            const LEAST: Role = Role::$least;
        }
    };
}

permission!(
    /// See the desk: cases, replies, events.
    ViewDesk,
    Agent
);
permission!(
    /// Decide, reply, note, take.
    WorkCases,
    Agent
);
permission!(
    /// Waive, and undo the holds of others.
    LeadDesk,
    Lead
);
permission!(
    /// Connect and disconnect shops.
    ManageShops,
    Admin
);
permission!(
    /// Invite, change and remove people.
    ManageTeam,
    Admin
);

/// Proof that somebody is signed in who may do `P`.
#[derive(Clone)]
pub struct Allowed<P> {
    agent: Agent,
    permission: PhantomData<P>,
}

impl<P> Allowed<P> {
    /// Who.
    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    /// Whether a shop is theirs to see.
    pub fn sees(&self, shop: &shared::id::ShopId) -> bool {
        self.agent.sees(shop)
    }
}

impl<P: Permission> FromRequestParts<Desk> for Allowed<P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Error> {
        let agent = session::resolve(desk, &parts.headers)?.ok_or(Error::SignedOut)?;
        if agent.role < P::LEAST {
            return Err(Error::Forbidden);
        }
        Ok(Self { agent, permission: PhantomData })
    }
}
