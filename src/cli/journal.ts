/** Where it is kept which updates are under way, and what to go back to. */
export const JOURNAL = ".devicescript/domovoi/updates"
