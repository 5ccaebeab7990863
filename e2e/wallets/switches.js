// After the first signature another account is active, without an event, as with wallets on a phone. Later signatures and
// transactions would be the other account's.
makeWallet({
  name: "Two-faced", rdns: "example.two",
  async strange(query, usual, wallet) {
    const answer = await usual();
    if (query.method === "eth_signTypedData_v4" && wallet.other) wallet.accounts = [wallet.other];
    return answer;
  },
});
// In the page: connect, then set window.trialWallet.other to another account, then commit to a bounty.
