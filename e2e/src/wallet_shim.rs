//! A wallet extension for journeys: announces itself by EIP-6963, forwards to the chain, and can be told to refuse,
//! to be elsewhere, or to change its mind.

use protocol::Address;

/// An injected wallet.
#[derive(Debug, Clone)]
pub struct Shim {
    /// Shown in the wallet list.
    pub name: String,
    pub rdns: String,
    pub rpc_url: String,
    pub accounts: Vec<Address>,
    /// The chain it says it is on.
    pub chain_id: u64,
    /// Whether signatures differ each time, as some smart-contract wallets' do.
    pub forgetful: bool,
}

impl Shim {
    pub fn new(name: &str, rpc_url: &str, accounts: Vec<Address>) -> Self {
        let rdns = format!("test.{}", name.to_lowercase());
        Self { name: name.into(), rdns, rpc_url: rpc_url.into(), accounts, chain_id: 31337, forgetful: false }
    }

    /// The JavaScript that is the wallet. Tests steer it through `window.shims[rdns]`: `refuse` (an error code for
    /// the next request), `setChain(id)`, `setAccounts([…])`, `unknownChain` (answers 4902 to switching).
    pub fn script(&self) -> String {
        let config = serde_json::json!({
            "name": self.name,
            "rdns": self.rdns,
            "rpcUrl": self.rpc_url,
            "accounts": self.accounts,
            "chainId": self.chain_id,
            "forgetful": self.forgetful,
        });
        format!("({SHIM})({config});")
    }
}

const SHIM: &str = r#"function (config) {
  const listeners = {};
  const kept = JSON.parse(sessionStorage.getItem("shim." + config.rdns) || "{}");
  const wallet = {
    refuse: 0,
    unknownChain: false,
    chainId: kept.chainId ?? config.chainId,
    accounts: kept.accounts ?? config.accounts,
    granted: kept.granted ?? false,
    asked: [],
    keep() {
      const { chainId, accounts, granted } = wallet;
      sessionStorage.setItem("shim." + config.rdns, JSON.stringify({ chainId, accounts, granted }));
    },
    emit(event, value) { (listeners[event] || []).forEach((f) => f(value)); },
    setChain(id) { wallet.chainId = id; wallet.keep(); wallet.emit("chainChanged", "0x" + id.toString(16)); },
    setAccounts(list) { wallet.accounts = list; wallet.keep(); wallet.emit("accountsChanged", list); },
  };
  const fail = (code, message) => Object.assign(new Error(message), { code });
  const provider = {
    on(event, f) { (listeners[event] ||= []).push(f); },
    removeListener() {},
    async request({ method, params }) {
      wallet.asked.push(method);
      const silent = ["eth_chainId", "eth_accounts"].includes(method);
      if (wallet.refuse && !silent) {
        const code = wallet.refuse;
        wallet.refuse = 0;
        throw fail(code, "shim refuses with " + code);
      }
      switch (method) {
        case "eth_requestAccounts": wallet.granted = true; wallet.keep(); return wallet.accounts;
        case "eth_accounts": return wallet.granted ? wallet.accounts : [];
        case "eth_chainId": return "0x" + wallet.chainId.toString(16);
        case "wallet_switchEthereumChain":
          if (wallet.unknownChain) throw fail(4902, "unknown chain");
          wallet.setChain(parseInt(params[0].chainId, 16));
          return null;
        case "wallet_addEthereumChain":
          wallet.unknownChain = false;
          wallet.setChain(parseInt(params[0].chainId, 16));
          return null;
        case "wallet_watchAsset": return true;
      }
      if (config.forgetful && method === "eth_signTypedData_v4" && params[1].includes('"Secret"')) {
        const bytes = crypto.getRandomValues(new Uint8Array(64));
        return "0x" + Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("") + "1b";
      }
      const response = await fetch(config.rpcUrl, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: params ?? [] }),
      });
      const answer = await response.json();
      if (answer.error) throw Object.assign(fail(answer.error.code, answer.error.message), { data: answer.error.data });
      return answer.result;
    },
  };
  (window.shims ||= {})[config.rdns] = wallet;
  const icon = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";
  const info = Object.freeze({ uuid: crypto.randomUUID(), name: config.name, rdns: config.rdns, icon });
  const announce = () =>
    window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
}"#;
