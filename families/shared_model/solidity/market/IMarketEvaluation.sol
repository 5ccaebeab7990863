// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IMarket} from "./IMarket.sol";

/// @title How a prediction market is evaluated, and how it ends
/// @notice When all pieces are revealed, anyone evaluates the contributions that were shown, step by step:
///
/// A *pass* goes back to the weights as loaded and teaches every contribution in the order of the commitments; its score
/// is the number of correct rows after it less the number before it. S = sum of the scores of an account, b = its
/// balance in the market (at first its stakes), T = rows that count, R = rounds left (at first the bounty in 10^-18 MDC),
/// pot = at first the bounty and the stakes of contributions that were not shown. At the end of a pass:
///   rounds = the least of R and floor(b * T / -S) of every account with S < 0
///   S >= 0: b += floor(S * rounds / T), the pot pays; S < 0: b -= ceil(-S * rounds / T), the pot receives
///   R -= rounds. At R = 0 the market ends. Otherwise every account with S < 0 and b * T < -S is dropped: it keeps what
///   is left, and a new pass begins without its contributions; where none are left the market ends.
/// At the end everybody's b is added to the balance in the model, and the pot to the owner's. Until then the sum of all
/// never changes.
interface IMarketEvaluation is IMarket {
    /// @notice Evaluates the next contributions as far as they and the pieces are given; by anyone. What somebody else
    /// has evaluated meanwhile is passed over, so that two people may work at the same time.
    /// @param first index of the contribution that `items` begin with; not behind the one that is due
    /// @param items contributions in order as they were shown; those of dropped accounts and those that were not shown are
    /// left out. None are needed for a contribution that was taught, but not counted to its end
    /// @param pieces by their index, an empty one where it is not given
    function evaluate(uint16 first, Item[] calldata items, bytes[] calldata pieces) external;

    /// @notice Ends a pass of which every contribution is evaluated; by anyone.
    function endPass() external;

    /// @notice Ends a market in which somebody has not acted in time; by anyone.
    /// - The draw lapsed, or the owner did not reveal the drawn piece: the market is void and its bounty burned. Nobody
    ///   has staked anything yet.
    /// - The owner did not reveal the other pieces: accounts get back what they have in the market. Half of the pot is
    ///   burned, and the other half is split in the proportions of what they have; what the division leaves over goes to
    ///   the owner. Where nobody has shown a contribution, the pot is the owner's.
    /// - The evaluation made no step for STALL, or has not come to its end EVALUATION_TIME after it began: accounts get
    ///   back what they have in the market by the passes that have ended, and the pot is burned.
    /// @dev Who gains by these?
    /// The owner, by keeping silent: loses the bounty when nothing was staked, and at least half of the pot afterwards
    /// whatever part of the other half comes back to second addresses of the owner.
    /// A contributor, by keeping the owner from revealing: the owner's time ends when it was announced to end, however soon
    /// the limit is reached, so nobody but the owner chooses that moment.
    /// Anyone, by holding up the evaluation: a step leads on whoever makes it, so nobody can keep others from ending it;
    /// what can be done is to make it long, with contributions that force further passes, and to do no more than a step
    /// every three days. Who would lose by the evaluation gets at most back what they brought, never a part of the bounty.
    /// The owner would get what nobody earned and now gets nothing. Whoever would have earned something gets nothing of it.
    /// So those who lose by the end of time can prevent it by evaluating, and those who cannot do it have nothing from it.
    function timeout() external;
}
