#!lua flags=no-writes
-- @include boards
-- One consistent picture of a room: all of it at the same offset.
-- KEYS: totals, room, log, streaks, board, names, given, those who left the boards, board by gifts
-- ARGV: 1 ledger epoch, 2 how many of the board, 3 how many log entries, newest first, 4 how many streaks, any of them
-- Returns {'R<slug>'} or {'', the ledger's term, the room's hash flat, board as user, coins, ..., number of gifts of each where
--   the board goes by these, names of these, what they have given in all, log entries, streaks flat, how many streaks run in all}
local ledger = redis.call('HMGET', KEYS[1], 'epoch', 'term')
if ledger[1] ~= ARGV[1] then
  return {'Runinitialised'}
end
local by_gifts = redis.call('HGET', KEYS[2], 'board_by') == 'gifts'
local board, users, names, given, gifts = top_of(by_gifts and KEYS[9] or KEYS[5], KEYS[8], tonumber(ARGV[2])), {}, {}, {}, {}
-- A score is the text of a double. It is made a plain integer here, so that no reader has to.
local function whole(score)
  return string.format('%d', tonumber(score or 0))
end
for i = 1, #board, 2 do
  users[#users + 1] = board[i]
  if by_gifts then
    gifts[#users], board[i + 1] = whole(board[i + 1]), redis.call('ZSCORE', KEYS[5], board[i])
  end
  board[i + 1] = whole(board[i + 1])
end
if #users > 0 then
  names, given = redis.call('HMGET', KEYS[6], unpack(users)), redis.call('HMGET', KEYS[7], unpack(users))
end
return {'', ledger[2] or '0', redis.call('HGETALL', KEYS[2]), board, gifts, names, given,
  redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', ARGV[3]), redis.call('HRANDFIELD', KEYS[4], ARGV[4], 'WITHVALUES'),
  redis.call('HLEN', KEYS[4])}
