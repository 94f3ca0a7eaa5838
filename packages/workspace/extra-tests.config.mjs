/** Vitest configuration for tests outside `test/` (the packed command, recorded traces): the folder is in INFERSIM_TEST_FOLDER. */
export default {
  test: {
    include: [`${process.env.INFERSIM_TEST_FOLDER}/**/*.test.ts`],
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
};
