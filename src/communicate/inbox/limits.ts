/** How much is kept of what others write. */
export const QUESTION_CHARACTERS_MAX = 5000;
export const MESSAGES_PER_QUESTION_MAX = 200;
