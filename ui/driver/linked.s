// Empty: beside a file of this kind the compiler takes functions without a body.
