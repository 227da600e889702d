//! `amends user` and `amends shop`.

use super::say;
use crate::app::Desk;
use crate::auth;
use crate::secret::Secret;
use crate::store::shops;
use clap::{Subcommand, ValueEnum};
use shared::wire::session::{Role, ShopScope};
use shared::wire::shop::ShopLink;
use shared::wire::team::InviteRequest;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RoleWord {
    Agent,
    Lead,
    Admin,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Agent => Self::Agent,
            RoleWord::Lead => Self::Lead,
            RoleWord::Admin => Self::Admin,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Invite somebody; prints their link.
    Add {
        /// E-mail address to sign in with.
        #[arg(long)]
        email: String,
        /// Display name.
        #[arg(long)]
        name: String,
        /// What they may do.
        #[arg(long, default_value = "agent")]
        role: RoleWord,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ShopCommand {
    /// Connect a shop without a browser.
    Connect {
        /// The code from TikTok's consent page; it works once and for 30 minutes.
        #[arg(long)]
        auth_code: String,
    },
    /// List the connected shops.
    List,
}

pub(super) fn user(desk: &Desk, command: UserCommand) -> anyhow::Result<()> {
    let UserCommand::Add { email, name, role } = command;
    let request = InviteRequest { name, email, role: role.into(), shops: ShopScope::All };
    let made = auth::add(desk, &request)?;
    say(&format!("{} opens this link once, within three days:", made.member.name))?;
    Ok(say(&made.url)?)
}

pub(super) async fn shop(desk: &Desk, command: ShopCommand) -> anyhow::Result<()> {
    match command {
        ShopCommand::Connect { auth_code } => {
            let connected = desk.connector.take_code(desk.app_kind(), Secret::new(auth_code)).await?;
            say(&format!("Connected. A running desk takes them up within a minute: {}.", connected.len()))?;
        }
        ShopCommand::List => {}
    }
    for shop in desk.store.read(shops::all)? {
        let link = match shop.link {
            ShopLink::Connected => "connected",
            ShopLink::Unreachable => "TikTok does not answer",
            ShopLink::Expired => "consent has ended: connect again",
            ShopLink::Disconnected => "disconnected",
        };
        let kind = if shop.is_practice() { ", practice" } else { "" };
        say(&format!("{}  {} ({}{kind}): {link}", shop.id, shop.name, shop.region))?;
    }
    Ok(())
}
