//! What can be typed about files that the directory names.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use protocol::{Address, Amount};

/// What this node does.
#[derive(Clone, Copy, ValueEnum)]
pub enum Role {
    /// Takes seats with data.
    Party,
    /// Deals.
    Helper,
}

impl From<Role> for directory::NodeRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Party => Self::Party,
            Role::Helper => Self::Helper,
        }
    }
}

/// A profile that is made of what is typed.
#[derive(Args)]
pub struct Named {
    /// What the organisation is, in words.
    #[arg(long, default_value = "")]
    pub text: String,
    /// Its page.
    #[arg(long, default_value = "")]
    pub url: String,
    /// Names this program as one of its nodes.
    #[arg(long)]
    pub node: Option<Role>,
    /// A server that keeps the profile.
    #[arg(long, env = "MODELMARKET_SERVER")]
    pub server: Option<String>,
}

#[derive(Args)]
pub struct Describe {
    /// The table. Its rows stay here.
    pub csv: PathBuf,
    /// The file of `agent key new`, which salts what is said of the rows.
    #[arg(long)]
    pub keys: PathBuf,
    /// What the data set is called.
    #[arg(long)]
    pub name: String,
    /// What the rows are, in words.
    #[arg(long, default_value = "")]
    pub text: String,
    /// The column that names whom a row is about.
    #[arg(long)]
    pub key: Option<String>,
    /// The column that is learned to predict.
    #[arg(long)]
    pub label: Option<String>,
    /// Columns that nobody is told of.
    #[arg(long, value_delimiter = ',')]
    pub hide: Vec<String>,
    /// 1 banking, 2 insurance, 3 securities, 4 other finance, 5 ICT, 6 manufacturing, 7 energy, 8 transport, 9 health,
    /// 10 public sector, 11 media, 12 other.
    #[arg(long, default_value_t = 12)]
    pub industry: u8,
    /// What is asked for a task.
    #[arg(long, default_value = "0")]
    pub per_use: Amount,
    /// What is asked for a day of a grant by period.
    #[arg(long, default_value = "0")]
    pub per_day: Amount,
    /// A server that keeps the description.
    #[arg(long, env = "MODELMARKET_SERVER")]
    pub server: String,
    /// Where the terms are written, for `agent data publish`.
    #[arg(long)]
    pub out: PathBuf,
}

#[derive(Args)]
pub struct PurposeOptions {
    /// align, train_linear, predict
    #[arg(long, value_delimiter = ',', required = true)]
    pub work: Vec<String>,
    /// Columns that may be used, the key and the label included.
    #[arg(long, value_delimiter = ',', required = true)]
    pub columns: Vec<String>,
    /// Accounts that may be told results.
    #[arg(long, value_delimiter = ',')]
    pub receivers: Vec<Address>,
    /// metrics, own_coefficients, all_coefficients, standard_errors, predictions
    #[arg(long, value_delimiter = ',')]
    pub reveals: Vec<String>,
    /// A server that keeps the purpose.
    #[arg(long, env = "MODELMARKET_SERVER")]
    pub server: String,
}
