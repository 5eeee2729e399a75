namespace Millrace.Coordination.Tests.Transactions;

/// <summary>
/// Producers that begin, write, end, are killed and come back at random, over a coordinator that crashes and a network
/// that loses, doubles and delays. A failure prints its seed.
/// </summary>
public sealed class RandomHistoryTests
{
    private const int Steps = 3000;

    public static TheoryData<int, short> Seeds
    {
        get
        {
            TheoryData<int, short> seeds = [];
            for (int seed = 1; seed <= 40; seed++)
            {
                seeds.Add(seed, (short)(seed % 4 == 0 ? 0 : 2));
            }

            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Outcomes_are_decided_once_and_the_same_everywhere(int seed, short serverVersion) =>
        Run(seed, serverVersion);

    private static void Run(int seed, short serverVersion)
    {
        using ModelWorld world = new(seed, serverVersion);
        List<ModelProducer> producers = [];
        for (int step = 0; step < Steps; step++)
        {
            if (producers.Count < 5)
            {
                // Versions are mixed under one id as well: an old client may take over from a new one.
                short version = serverVersion == 0 || world.Random.Next(4) == 0 ? (short)0 : (short)2;
                producers.Add(new ModelProducer(world, $"id-{world.Random.Next(3)}", version));
            }

            ModelProducer one = producers[world.Random.Next(producers.Count)];
            if (world.Random.Next(60) == 0)
            {
                one.Kill();
            }

            one.Step();
            world.Step();
            producers.RemoveAll(producer => producer.Phase == ProducerPhase.Dead);
            if (step % 10 == 0)
            {
                world.Check(isEnd: false);
            }
        }

        world.Calm();
        world.Check(isEnd: true);
        Assert.True(world.EndedCount > 5, $"seed {seed}: only {world.EndedCount} transactions were ended");
    }
}
