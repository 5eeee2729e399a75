using Millrace.Coordination.Groups;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Tests.Groups;

/// <summary>
/// Members that join, sync, commit, leave and fall silent at random, over a log that refuses appends now and then and a
/// coordinator that moves. A failure prints its seed.
/// </summary>
public sealed class RandomHistoryTests
{
    private const int Steps = 600;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Ownership_generations_and_offsets_hold(int seed) => new History(seed).Run();

    private sealed class History(int seed)
    {
        private readonly Random random = new(seed);
        private readonly List<Actor> actors = [];
        private readonly Dictionary<(int Generation, byte Partition), string> owners = [];
        private readonly Dictionary<int, long> committed = [];
        private int generationSeen;

        public void Run()
        {
            using Coordinated one = new(new GroupOptions { InitialRebalanceDelayMs = random.Next(2) * 3000 });
            for (int index = 0; index < 5; index++)
            {
                actors.Add(new Actor(index % 2 == 0 ? null : $"i{index}"));
            }

            for (int step = 0; step < Steps; step++)
            {
                Step(one);
                CheckOffsets(one);
                CheckReplay(one, step);
            }

            // Every request is answered in the end: by the rebalance, by a timeout, or by the move of the coordinator.
            one.Advance(130_000);
            one.Resign();
            Assert.True(owners.Count > 0 && committed.Count > 0, $"seed {seed}: nothing happened");
            Assert.All(actors, actor => Assert.True(actor.HasAllAnswers, $"seed {seed}: a request was never answered"));
        }

        private void Step(Coordinated one)
        {
            Actor actor = actors[random.Next(actors.Count)];
            actor.Collect();
            if (one.Log.Failures.Count == 0 && random.Next(30) == 0)
            {
                one.Log.Failures.Enqueue(ErrorCode.NotEnoughReplicas);
            }

            switch (random.Next(12))
            {
                case < 5 when actor.IsIdle:
                    MoveOn(one, actor);
                    break;
                case 5 or 6:
                    Commit(one, actor);
                    break;
                case 7 when random.Next(8) == 0:
                    one.Reload();
                    break;
                case 8 when random.Next(4) == 0 && actor.Member.Length > 0:
                    one.Leave(5, (actor.Member, actor.Instance));
                    break;
                case 9 when random.Next(4) == 0 && actor.IsIdle:
                    actor.Forget();
                    break;
                default:
                    one.Advance(random.Next(1, 6) * 500);
                    Beat(one);
                    break;
            }

            foreach (Actor each in actors)
            {
                each.Collect();
                Note(each);
            }
        }

        private static void MoveOn(Coordinated one, Actor actor)
        {
            if (actor.NeedsJoin)
            {
                actor.Joining = one.Join(actor.Member, actor.Instance, rebalanceMs: 20_000);
                return;
            }

            if (actor.NeedsSync)
            {
                byte partition = 0;
                actor.Syncing = one.Sync(
                    actor.Member, actor.Generation, actor.Instance,
                    assignments: [.. actor.Others.Select(member => (member, new byte[] { partition++ }))]);
            }
        }

        private void Beat(Coordinated one)
        {
            foreach (Actor actor in actors)
            {
                if (actor.Member.Length > 0 && actor.IsIdle && random.Next(4) > 0)
                {
                    actor.Take(one.Heartbeat(actor.Member, actor.Generation, actor.Instance));
                }
            }
        }

        private void Commit(Coordinated one, Actor actor)
        {
            int partition = random.Next(3);
            long offset = random.Next(1000);
            ErrorCode error = one.Commit(offset, actor.Member, actor.Generation, actor.Instance, partition: partition);
            if (error == ErrorCode.None)
            {
                committed[partition] = offset;
            }
        }

        private void Note(Actor actor)
        {
            if (!actor.HasFreshAssignment)
            {
                return;
            }

            actor.HasFreshAssignment = false;
            Assert.True(actor.Generation >= generationSeen, $"seed {seed}: a generation went back");
            generationSeen = actor.Generation;
            foreach (byte partition in actor.Assignment)
            {
                // A static member that came back is the same owner under another id.
                string owner = actor.Instance ?? actor.Member;
                string known = owners.TryGetValue((actor.Generation, partition), out string? other) ? other : owner;
                Assert.True(known == owner, $"seed {seed}: {known} and {owner} own {partition} in {actor.Generation}");
                owners[(actor.Generation, partition)] = owner;
            }
        }

        private void CheckOffsets(Coordinated one)
        {
            for (int partition = 0; partition < 3; partition++)
            {
                Assert.True(
                    committed.GetValueOrDefault(partition, -1) == one.Fetch(partition: partition).CommittedOffset,
                    $"seed {seed}: an offset changed without a commit, or a commit was lost");
            }
        }

        private void CheckReplay(Coordinated one, int step)
        {
            DescribeGroupsResponse.DescribedGroup lived = one.Describe();
            if (step % 20 != 0 || lived.GroupState is not "Stable")
            {
                return;
            }

            using Coordinated replayed = new(leads: false);
            SimulatedLog copy = new();
            foreach (byte[] batch in one.Log.Batches)
            {
                copy.Load(batch);
            }

            replayed.Attach(copy);
            replayed.Lead();
            Assert.True(Text(lived) == Text(replayed.Describe()), $"seed {seed}: replaying gives another state");
            foreach ((int partition, long offset) in committed)
            {
                Assert.Equal(offset, replayed.Fetch(partition: partition).CommittedOffset);
            }
        }

        private static string Text(DescribeGroupsResponse.DescribedGroup group) => string.Join(
            '\n',
            group.Members
                .OrderBy(member => member.MemberId, StringComparer.Ordinal)
                .Select(member => $"{member.MemberId} {member.GroupInstanceId} "
                    + Convert.ToHexString(member.MemberAssignment) + Convert.ToHexString(member.MemberMetadata))
                .Prepend($"{group.GroupState} {group.ProtocolType} {group.ProtocolData}"));
    }

    /// <summary>A client with at most one join and one sync under way.</summary>
    private sealed class Actor(string? instance)
    {
        private readonly List<Func<bool>> asked = [];
        private Answer<JoinGroupResponse>? joining;
        private Answer<SyncGroupResponse>? syncing;

        public string? Instance => instance;

        public string Member { get; private set; } = "";

        public int Generation { get; private set; } = -1;

        public string[] Others { get; private set; } = [];

        public byte[] Assignment { get; private set; } = [];

        public bool NeedsJoin { get; private set; } = true;

        public bool NeedsSync { get; private set; }

        public bool HasFreshAssignment { get; set; }

        public bool IsIdle => joining is null && syncing is null;

        public bool HasAllAnswers => asked.TrueForAll(isThere => isThere());

        public Answer<JoinGroupResponse> Joining
        {
            set
            {
                joining = value;
                asked.Add(() => value.IsThere);
            }
        }

        public Answer<SyncGroupResponse> Syncing
        {
            set
            {
                syncing = value;
                asked.Add(() => value.IsThere);
            }
        }

        /// <summary>Starts over as a process does that was killed.</summary>
        public void Forget()
        {
            (Member, Generation, NeedsJoin, NeedsSync) = ("", -1, true, false);
            (joining, syncing) = (null, null);
        }

        public void Take(ErrorCode error)
        {
            switch (error)
            {
                case ErrorCode.None:
                    break;
                case ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId:
                    Forget();
                    break;
                default:
                    (NeedsJoin, NeedsSync) = (true, false);
                    break;
            }
        }

        public void Collect()
        {
            if (joining is { IsThere: true })
            {
                JoinGroupResponse response = joining.Value;
                joining = null;
                Take((ErrorCode)response.ErrorCode);
                Member = response.MemberId.Length > 0 ? response.MemberId : Member;
                if (response.ErrorCode == 0)
                {
                    Generation = response.GenerationId;
                    Others = [.. response.Members.Select(member => member.MemberId)];
                    (NeedsJoin, NeedsSync) = (false, true);
                }
            }

            if (syncing is { IsThere: true })
            {
                SyncGroupResponse response = syncing.Value;
                syncing = null;
                Take((ErrorCode)response.ErrorCode);
                if (response.ErrorCode == 0)
                {
                    (Assignment, NeedsSync, HasFreshAssignment) = (response.Assignment, false, true);
                }
            }
        }
    }
}
