using System.Net.Sockets;
using System.Runtime.InteropServices;
using Millrace.Base;
using Millrace.Network;

namespace Millrace.Loadgen.Floors;

/// <summary>
/// The floor of producing: receive, one CRC-32C over every byte, one pwritev(2) for all that came at once, one answer
/// for each request in one send.
/// </summary>
internal sealed unsafe class ProduceFloor : FloorServer
{
    /// <summary>About what a Produce response for one partition takes.</summary>
    public const int AnswerBytes = 56;

    // IOV_MAX: what one pwritev takes at most.
    private const int PiecesMax = 1024;

    private readonly FloorFiles files;
    private readonly IoVector* pieces = (IoVector*)NativeMemory.Alloc(PiecesMax, (nuint)sizeof(IoVector));
    private readonly byte* answers = (byte*)NativeMemory.AllocZeroed(PiecesMax, AnswerBytes);
    private uint checksums;

    public ProduceFloor(FloorLoad load, IReadOnlyList<Socket> sockets, string folder)
        : base(load, sockets) => files = new FloorFiles(folder);

    protected override void Work(Link link, byte* requests, int count)
    {
        for (int done = 0; done < count;)
        {
            int now = Math.Min(PiecesMax, count - done);
            for (int index = 0; index < now; index++)
            {
                byte* one = requests + ((long)(done + index) * Load.RequestBytes);
                checksums ^= Crc32C.Compute(new ReadOnlySpan<byte>(one, Load.RequestBytes));
                pieces[index] = new IoVector { Base = one, Length = (nuint)Load.RequestBytes };
            }

            files.Append(pieces, now, (long)now * Load.RequestBytes);
            done += now;
        }

        // The checksum goes into the answer, so that no compiler finds it unused.
        *(uint*)answers = checksums;
    }

    protected override bool TryAnswer(Link link)
    {
        while (link.Owed > 0)
        {
            int now = Math.Min(link.Owed, PiecesMax);
            int length = (now * AnswerBytes) - (int)link.SentOfAnswer;
            long sent = FloorCalls.Send(link.Descriptor, answers, length) + link.SentOfAnswer;
            link.Owed -= (int)(sent / AnswerBytes);
            link.SentOfAnswer = sent % AnswerBytes;
            if (sent < (long)now * AnswerBytes)
            {
                return false;
            }
        }

        return true;
    }

    protected override void Release()
    {
        files.Dispose();
        NativeMemory.Free(pieces);
        NativeMemory.Free(answers);
    }
}
