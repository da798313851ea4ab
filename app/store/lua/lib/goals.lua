-- A room's goal, a field of its hash: `<progress>|<target>|<end in ms, 0 for none>|<1 once it is reached>|<n at which it was
-- set>|<gift, '' for coins>|<its JSON up to the progress>`.

local function read_goal(text)
  if not text then
    return nil
  end
  local progress, target, ends, reached, since, gift, head =
    string.match(text, '^(%d+)|(%d+)|(%d+)|([01])|(%d+)|([^|]*)|(.*)$')
  return {
    progress = tonumber(progress), target = tonumber(target), ends = tonumber(ends), reached = reached == '1', since = since,
    gift = gift, head = head,
  }
end

local function write_goal(goal)
  return table.concat({int(goal.progress), int(goal.target), int(goal.ends), goal.reached and '1' or '0', goal.since,
    goal.gift, goal.head}, '|')
end

-- Event fields, up to the brace.
local function goal_json(goal)
  return ',"goal":' .. goal.head .. ',"progress":' .. int(goal.progress) .. ',"reached":' .. tostring(goal.reached) .. '}'
end

-- Counts an applied gift, field 15 of which begins its journal entry: see send_gifts.lua. The gift that reaches the goal says so,
-- once: in the same step the goal is reached for ever.
local function count_goal(room, g, now, at)
  local goal = room.goal
  if goal.ends > 0 and now > goal.ends then
    return
  elseif goal.gift == '' then
    goal.progress = goal.progress + g[8]
  elseif string.match(g[15], '^%["gift","[^"]*","[^"]*","[^"]*","[^"]*","([^"]*)"') == goal.gift then
    goal.progress = goal.progress + g[11]
  else
    return
  end
  goal.counted, goal.untold = true, true
  if not goal.reached and goal.progress >= goal.target then
    goal.reached, goal.untold = true, false
    say(room, 'goal_reached', at, goal_json(goal), ',"sender":', g[16] .. '}')
  end
end

-- Keeps what a batch has counted, and tells of it once, whatever number of gifts it had.
local function keep_goal(room, at)
  local goal = room.goal
  if goal and goal.counted then
    redis.call('HSET', room.key, 'goal', write_goal(goal))
    if goal.untold then
      say(room, 'goal_changed', at, goal_json(goal), '}')
    end
  end
end
