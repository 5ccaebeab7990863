// With window.trialWallet.waits its dialog stays open, also when the page that asked is gone: what was asked then stands in
// the session's storage. With window.trialWallet.loses it sends, and then says that the connection was lost.
makeWallet({
  name: "Hesitator", rdns: "example.slow",
  async strange(query, usual, wallet) {
    if (query.method !== "eth_sendTransaction") return usual();
    if (wallet.loses) {
      await usual();
      throw { code: -32603, message: "Failed to fetch" };
    }
    if (!wallet.waits) return usual();
    sessionStorage.setItem("trial.open", JSON.stringify(query.params));
    return new Promise(() => {});
  },
});
