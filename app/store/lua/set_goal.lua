#!lua
-- @include ledger room_log goals
-- Sets a room's goal, or clears it, and says so in the room. The same goal as is there and is not reached stays as it is, so that
-- a request that is sent again begins nothing anew.
-- KEYS: totals, room, log
-- ARGV: 1 claim, 2 channel, 3 target, 4 its end in ms or 0, 5 gift or '', 6 its JSON up to the progress, or '' to clear it
-- Returns the goal as the room's hash has it now, '' for none, or 'R<slug>'
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
local room = open_room(KEYS[2], ledger)
redis.call('XLEN', KEYS[3])
if not room.status then
  return 'Rroom_not_found'
end
local head = ARGV[6]
if head == '' then
  if room.goal_text then
    redis.call('HDEL', KEYS[2], 'goal')
    say(room, 'goal_changed', at_text(ledger), ',"goal":null}')
    publish_events(room, KEYS[3], ARGV[2])
  end
  return ''
elseif room.status ~= 'live' then
  return 'Rroom_not_live'
end
-- An id is no part of what was asked for.
local function content(json)
  return string.gsub(json, '^{"id":"[^"]*"', '')
end
local goal = read_goal(room.goal_text)
if goal and not goal.reached and content(goal.head) == content(head) then
  return room.goal_text
end
goal = {
  progress = 0, target = tonumber(ARGV[3]), ends = tonumber(ARGV[4]), reached = false, since = int(ledger.n), gift = ARGV[5],
  head = head,
}
redis.call('HSET', KEYS[2], 'goal', write_goal(goal))
say(room, 'goal_changed', at_text(ledger), goal_json(goal), '}')
publish_events(room, KEYS[3], ARGV[2])
return write_goal(goal)
