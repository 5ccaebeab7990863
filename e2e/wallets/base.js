// A small injected wallet (EIP-1193, announced by EIP-6963), on the node trialNode, which journeys set.
// Loaded before the page's scripts, then the file of a strange wallet, which calls makeWallet with what is strange about it.
// window.trialWallet, and window.trialWallets[name] for each, has: chainId, accounts, log, emit(event, value), rpc(method, params).
function makeWallet(options = {}) {
  const node = options.node || globalThis.trialNode;
  const listeners = new Map();
  const wallet = {
    chainId: options.chainId ?? 31337,
    accounts: options.accounts || ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8"],
    log: [],
    emit: (event, value) => (listeners.get(event) || []).forEach((f) => f(value)),
    async rpc(method, params = []) {
      const reply = await fetch(node, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ jsonrpc: "2.0", id: 7, method, params }) });
      const { error, result } = await reply.json();
      if (error) throw Object.assign(new Error(error.message), error);
      return result;
    },
  };
  const hex = (n) => "0x" + n.toString(16);
  const usual = async ({ method, params = [] }) => {
    switch (method) {
      case "eth_requestAccounts":
      case "eth_accounts": return wallet.accounts;
      case "eth_chainId": return hex(wallet.chainId);
      case "wallet_switchEthereumChain":
      case "wallet_addEthereumChain":
        wallet.chainId = parseInt(params[0].chainId, 16);
        wallet.emit("chainChanged", hex(wallet.chainId));
        return null;
      default: return wallet.rpc(method, params);
    }
  };
  const provider = {
    on(event, f) { listeners.set(event, [...(listeners.get(event) || []), f]); return provider; },
    removeListener(event, f) { listeners.set(event, (listeners.get(event) || []).filter((g) => g !== f)); return provider; },
    request(query) {
      wallet.log.push(query.method);
      return options.strange ? options.strange(query, () => usual(query), wallet) : usual(query);
    },
  };
  if (options.announce !== false) {
    const info = { uuid: "0b9c2b1e-0000-4000-8000-" + String(options.name || "trial").length.toString(16).padStart(12, "0"), name: options.name || "Trial wallet", rdns: options.rdns || "example.trial", icon: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>" };
    const tell = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
    window.addEventListener("eip6963:requestProvider", tell);
    tell();
  }
  window.trialWallet = wallet;
  (window.trialWallets ||= {})[options.name || "Trial wallet"] = wallet;
  return provider;
}
