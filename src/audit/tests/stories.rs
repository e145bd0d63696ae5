//! Whole conversations in which everything went as it should.

use super::*;
use crate::intercom::thread::{AiAgent, AiVoice, Resolution};
use StandDownReason::{HandedOver, OtherBot, Teammate};

#[test]
fn a_long_conversation_without_a_finding() {
    let story = case(
        "from the first message to the last",
        [
            // A burst is one turn, and what comes in the gap of one request is the next.
            m(1, 0),
            m(2, 2),
            m(3, 19),
            r(1, 20),
            r(2, 40),
            // A teammate takes over, and what the customer writes is theirs.
            m(4, 100),
            says(110),
            m(5, 130),
            says(150),
            // They give it back.
            notes(200, "/bot on"),
            m(6, 210),
            r(6, 230),
            // The AI fails: a teammate takes over, the customer gets the hand-over message, and the bot is quiet.
            m(7, 300),
            assigns_to_team(900),
            hands_over(7, 901),
            hand_over_message(7, 903),
            m(8, 950),
            notes(1_000, "/bot on"),
            r(8, 1_030),
            // In note mode.
            m(9, 2_000),
            answer_note(9, 2_020),
            // A reply that lands after the hand-over.
            m(10, 3_000),
            assigns_to_team(3_060),
            hands_over(10, 3_061),
            r(10, 3_100),
            // Taken back before it was read.
            redacted(m(11, 4_000)),
            // Fin's turn.
            m(12, 5_000),
            Part { ai: AiVoice::Answer, ..entry("b1", 5_010, Author::OtherBot, EntryKind::Comment, Some("Like this")) },
            // Closed.
            m(13, 6_000),
            does(6_005, EntryKind::Close),
            m(14, 90_000),
        ],
    );
    let story =
        story.with(|_, thread| thread.ai_agent = Some(AiAgent { resolution: Some(Resolution::Escalated) })).ledger([
            replied(["m1", "m2"], "r1", 20),
            replied(["m3"], "r2", 40),
            stood_down(["m4"], 115, Teammate),
            stood_down(["m5"], 135, Teammate),
            replied(["m6"], "r6", 230),
            handed_over(["m7"], 903),
            stood_down(["m8"], 960, HandedOver),
            again(replied(["m7", "m8"], "r8", 1_030)),
            noted(["m9"], "n9", 2_020),
            replied_by(RepliedBy::UsLate, ["m10"], "r10", 3_101),
            stood_down(["m12"], 5_020, OtherBot),
            stood_down(["m13"], 6_010, Teammate),
        ]);
    story.assert();
    // m7 and m8 were answered together, m11 was taken back, and m14 lies behind the window.
    assert_eq!(story.audited().turns, 10);
}
