/** What people read on the pages of their own money, wallet and earnings, in English. Pure. */

/** Part of the English texts of both pages. */
export const moneyEnglish = {
  nav_rooms: "Rooms",
  nav_wallet: "Wallet",
  nav_earnings: "Earnings",
  more: "Show more",
  loading: "Loading",
  try_again: "Try again",
  print: "Print",
  paper_back: "Back",
  problem_away: "The server cannot be reached. Try again in a moment.",
  problem_unauthorized: "Your login has run out. Open this page from your platform again.",
};
