// What a test draws or combines: few here, many where LONG_TESTS is 1, as in `npm run test:long`.

/** Whether a test has all pairs and large amounts, or the ones that find most in little time. */
export const IS_LONG = process.env['LONG_TESTS'] === '1';

/** How often a property is tried. */
export const draws = (few: number, many: number): number => (IS_LONG ? many : few);
