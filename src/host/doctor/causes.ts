import type { Cause } from "../../core/failsafe/cause"

/** What to do about each cause of a device's state, where no finding about a part says more. */
export const CAUSE_CURES: Readonly<Record<keyof typeof Cause, string>> = {
    Starting: "wait some seconds; if it stays, a sensor has not been heard since the start: look at its module",
    Hazard: "see to what the device guards against, then acknowledge it at the device's own button",
    SensorAbsent: "plug the sensor's module in, and check its cable and its supply",
    Storage: "see what is found about the record memory",
    Tamper: "close the case, and release the device at its inside button",
    Crash: "the program failed: keep what the runtime's log says (devs devtools), and bring a newer or the last good package",
    Module: "a part beside the main function does not work: look at camera, microphone or the lamp of the recording indicator",
    Identity: "see what is found about identity and secure element",
    Update: "see what is found about updates",
    Power: "measure the supply under load",
    Network: "look whether the router and the hub can be reached",
    Hang: "switch the device off and on; if it comes again, keep its log and report it",
    Heap: "switch the device off and on; if it comes again, keep its log and report it",
    StuckBus: "switch the device off, and measure SDA and SCL, which idle at 3.3 V",
    SensorStuck: "the sensor always says the same: replace it",
    SensorRange: "the sensor says what no sound one says: replace it",
    SensorRate: "the sensor's readings jump: check its cable, then replace it",
    Policy: "a rule of the home forbids it now: ask whoever made the rule",
    Owner: "the owner has disabled the device: an owner enables it again",
    Late: "too much comes over the bus, or something sends without end: unplug modules one by one; if nothing else is on the bus, report it",
}
