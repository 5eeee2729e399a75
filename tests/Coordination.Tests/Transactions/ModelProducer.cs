using Millrace.Coordination.Transactions;
using Millrace.Protocol;

namespace Millrace.Coordination.Tests.Transactions;

/// <summary>
/// A producer of a simulation: begins, writes, ends, asks again while answers stay out, and gives up when it is fenced.
/// Its requests travel through the world, which loses, doubles and delays them.
/// </summary>
internal sealed class ModelProducer(ModelWorld world, string id, short version)
{
    private ProducerStart identity;
    private int transaction = -1;
    private bool isCommit;
    private int unanswered;

    public string Id { get; } = id;

    /// <summary>Of the protocol that it speaks: 0 or 2.</summary>
    public short Version { get; } = version;

    public ProducerPhase Phase { get; private set; } = ProducerPhase.Starting;

    /// <summary>Takes the next step, or the same once more.</summary>
    public void Step()
    {
        if (Phase == ProducerPhase.Dead || unanswered > 2)
        {
            return;
        }

        switch (Phase)
        {
            case ProducerPhase.Starting:
                Start(expected: null);
                break;
            case ProducerPhase.Recovering:
                Start((identity.ProducerId, identity.Epoch));
                break;
            case ProducerPhase.Ready:
                transaction = world.BeginTransaction();
                Phase = ProducerPhase.Writing;
                Write();
                break;
            case ProducerPhase.Writing when world.Random.Next(3) > 0:
                Write();
                break;
            case ProducerPhase.Writing when unanswered == 0:
                isCommit = world.Random.Next(3) > 0;
                Phase = ProducerPhase.Ending;
                End();
                break;
            case ProducerPhase.Ending:
                End();
                break;
        }
    }

    /// <summary>Its process is killed.</summary>
    public void Kill() => Phase = ProducerPhase.Dead;

    private void Start((long ProducerId, short Epoch)? expected)
    {
        ProducerPhase asked = Phase;
        ProducerStartRequest request = new(Id, 30_000) { Expected = expected };
        unanswered++;
        world.Call<ProducerStart>(
            Version, take => world.Coordinator.Start(request, take), answer =>
            {
                unanswered--;
                if (Phase != asked)
                {
                    return;
                }

                if (answer?.Error == ErrorCode.None)
                {
                    identity = answer.Value;
                    Phase = ProducerPhase.Ready;
                }
                else if (answer?.Error == ErrorCode.ProducerFenced)
                {
                    Phase = ProducerPhase.Dead;
                }
            });
    }

    private void Write()
    {
        ModelPartition partition = world.AnyPartition();
        int of = transaction;
        ProducerStart who = identity;
        unanswered++;
        world.Write(this, partition, who, of, isWritten =>
        {
            unanswered--;
            if (of != transaction)
            {
                return;
            }

            if (isWritten == true)
            {
                world.NoteWritten(of, partition);
            }
            else if (isWritten == false && Phase == ProducerPhase.Writing)
            {
                GiveUp();
            }
        });
    }

    private void End()
    {
        (int of, bool commits, ProducerStart who) = (transaction, isCommit, identity);
        unanswered++;
        world.Call<ProducerStart>(
            Version,
            take => world.Coordinator.End(
                Id, new Coordination.Runtime.Producer(who.ProducerId, who.Epoch), commits, Version, take),
            answer =>
            {
                unanswered--;
                if (Phase != ProducerPhase.Ending || of != transaction)
                {
                    return;
                }

                switch (answer?.Error)
                {
                    case ErrorCode.None:
                        world.NoteEnded(of, commits);
                        identity = Version >= 2 ? answer.Value : identity;
                        Phase = ProducerPhase.Ready;
                        break;
                    case ErrorCode.ProducerFenced or ErrorCode.InvalidProducerIdMapping or ErrorCode.InvalidTxnState:
                        GiveUp();
                        break;
                }
            });
    }

    /// <summary>A real client aborts or begins anew; this one goes on under a raised epoch, or dies.</summary>
    private void GiveUp()
    {
        transaction = -1;
        Phase = world.Random.Next(2) == 0 ? ProducerPhase.Dead : ProducerPhase.Recovering;
    }
}

internal enum ProducerPhase
{
    Starting,
    Recovering,
    Ready,
    Writing,
    Ending,
    Dead,
}
