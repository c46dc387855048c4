/** The states of a session's keys at either end (draft §4.3.2); steps.ts has all that leads from one to another. */

export enum KudosState {
    /** No keys that can be relied on. */
    NoKeys = 0,
    /** Keys are in force. */
    Idle = 1,
    /** The hub: it has offered a nonce. No other messages are sent. */
    Busy = 2,
    /** The device: it has given its nonce, and waits to see the new keys used. No other messages are sent. */
    Pending = 3,
}
