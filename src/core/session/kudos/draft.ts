/**
 * The version of KUDOS that is spoken: draft-ietf-core-oscore-key-update-14, in its forward-secret mode, started by the initiator of EDHOC alone.
 * docs/session-keys.md says where its states are kept more strictly here.
 */
export const KUDOS_DRAFT = "draft-ietf-core-oscore-key-update-14"
