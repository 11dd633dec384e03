/**
 * Rules that nobody can see kept or broken from outside, each with the reason. One that a case or a test shows, even in part, has no
 * place here.
 */
export const UNTESTABLE: Readonly<Record<string, string>> = {
  '00-10':
    'Whether a comparison takes the same time whatever it compares is not decided by a run: the difference is nanoseconds, which a compiler can bring in and any load hides. It is read in the code, where one function compares secrets.',
  '00-12':
    'It binds whoever writes a derivation into these chapters, not a program: the encoding of each formula is injective or not, which is shown by reading it.',
  '02-1':
    'What people are told about a product is prose, and no program judges whether it promises more than the lists allow.',
  '10-50':
    'It says what an indicator means: whether a person saw what was shown, or saw what was not marked as read, is known to nobody else.',
}
