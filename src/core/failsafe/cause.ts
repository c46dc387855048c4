/**
 * What can keep a device from working as it should. Each cause is a bit, so that they add up in one number and none hides another; the
 * bit's place is the cause's number in `services/domovoi.md`.
 */
export enum Cause {
    /** The device has not seen enough yet to do more. */
    Starting = 1 << 1,
    /** What the device guards against has happened. */
    Hazard = 1 << 2,
    /** A sensor is not there or silent. */
    SensorAbsent = 1 << 3,
    /** The record store cannot be read or written. */
    Storage = 1 << 4,
    /** The case was opened. */
    Tamper = 1 << 5,
    /** The program failed. */
    Crash = 1 << 6,
    /** A part that the main function can do without is absent or broken. */
    Module = 1 << 7,
    /** The device cannot prove who it is. */
    Identity = 1 << 8,
    /** An update is under way, or has failed, or the program may not run. */
    Update = 1 << 9,
    /** The supply is failing. */
    Power = 1 << 10,
    /** Nobody whom the device needs to hear can be heard. */
    Network = 1 << 11,
    /** An activity makes no progress. */
    Hang = 1 << 12,
    /** No memory left. */
    Heap = 1 << 13,
    /** The I2C bus does not move. */
    StuckBus = 1 << 14,
    /** A sensor always says the same. */
    SensorStuck = 1 << 15,
    /** A sensor says what no sound one says. */
    SensorRange = 1 << 16,
    /** A sensor says what cannot have changed so fast. */
    SensorRate = 1 << 17,
    /** A rule of the home forbids it now. */
    Policy = 1 << 18,
    /** The owner has disabled the device. */
    Owner = 1 << 19,
    /** What is heard over the bus is heard too late to be acted on in time. */
    Late = 1 << 20,
}

/** What a device finds in itself, whatever it does. It lets no output go while it finds one. */
export const DEVICE_CAUSES = Cause.Starting | Cause.Storage | Cause.Crash | Cause.Identity | Cause.Update | Cause.Late

/** What a sensor's readings can say against it. */
export const SENSOR_CAUSES = Cause.SensorAbsent | Cause.SensorStuck | Cause.SensorRange | Cause.SensorRate

/** Number of the first cause in a set, as `services/domovoi.md` counts; 0 for none. */
export function causeNumber(causes: number): number {
    let number = 0
    while (causes >> number !== 0 && ((causes >> number) & 1) === 0) number++
    return number
}
