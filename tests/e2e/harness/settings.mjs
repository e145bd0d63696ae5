// The settings of a worker that belongs to a sandbox, quick enough for tests.

export const OURSELVES = "3156780";
export const JOHN = "9608799";
export const ANA = "9608801";
export const APP_ID = "abc123def";
export const CHATBOT = "14fb60fa7c6c44638d8c01abc90336e2";
export const HANDOVER_TEAM = "5017690";
export const HANDOVER_LINE = "A teammate will answer you here.";
export const CONSOLE_TOKEN = "sandbox-console-token";

export const secrets = {
  INTERCOM_CLIENT_SECRET: "sandbox-client-secret",
  INTERCOM_ACCESS_TOKEN: "sandbox-access-token",
  GPT_TRAINER_API_KEY: "sandbox-gpt-key",
};

/** @param {string} sandboxUrl @returns {Record<string, string>} */
export function quickSettings(sandboxUrl) {
  return {
    ...secrets,
    INTERCOM_ADMIN_ID: OURSELVES,
    CHATBOT_UUID: CHATBOT,
    INTERCOM_API_URL: `${sandboxUrl}/intercom`,
    GPT_TRAINER_API_URL: `${sandboxUrl}/gpt-trainer/api/v1`,
    INGEST: "webhook",
    HANDOVER_TEAM_ID: HANDOVER_TEAM,
    HANDOVER_MESSAGE: HANDOVER_LINE,
    QUIET_SECONDS: "1",
    QUIET_CAP_SECONDS: "4",
    SETTLE_SECONDS: "2",
    // Long enough for a machine that does much else: nothing ends by it unless a test says so.
    ANSWER_DEADLINE_SECONDS: "60",
    // The spend guards are not what these tests are about, and many conversations share a worker.
    MAX_REPLIES_PER_MINUTE: "1000",
    MAX_REPLIES_PER_HOUR: "10000",
  };
}
