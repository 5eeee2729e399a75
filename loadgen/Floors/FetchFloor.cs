using System.Net.Sockets;
using System.Runtime.InteropServices;
using Millrace.Network;

namespace Millrace.Loadgen.Floors;

/// <summary>The floor of fetching what is cached: a header, held back for what follows, and sendfile(2).</summary>
internal sealed unsafe class FetchFloor : FloorServer
{
    /// <summary>About what a Fetch request of one partition in a session takes.</summary>
    public const int RequestBytes = 64;

    /// <summary>About what a Fetch response for one partition has before its records.</summary>
    public const int HeaderBytes = 96;

    private const long FileBytes = 256L << 20;
    private const int ChunkBytes = 1 << 20;

    private readonly string path;
    private readonly int file;
    private readonly byte* header = (byte*)NativeMemory.AllocZeroed(HeaderBytes);
    private readonly IoVector* pieces = (IoVector*)NativeMemory.Alloc((nuint)sizeof(IoVector));
    private readonly int recordsBytes;
    private long position;

    public FetchFloor(FloorLoad load, IReadOnlyList<Socket> sockets, string folder)
        : base(load, sockets)
    {
        recordsBytes = load.AnswerBytes - HeaderBytes;
        path = Path.Combine(folder, "floor-fetch.log");
        file = FloorCalls.CreateFile(path);
        byte* chunk = (byte*)NativeMemory.AllocZeroed(ChunkBytes);
        for (long at = 0; at < FileBytes + recordsBytes; at += ChunkBytes)
        {
            pieces[0] = new IoVector { Base = chunk, Length = ChunkBytes };
            FloorCalls.WriteAll(file, pieces, 1, at, ChunkBytes);
        }

        NativeMemory.Free(chunk);
    }

    protected override void Work(Link link, byte* requests, int count)
    {
        // Nothing to do before the answer: the request only says where to go on.
    }

    protected override bool TryAnswer(Link link)
    {
        while (link.Owed > 0)
        {
            if (link.SentOfAnswer < HeaderBytes)
            {
                pieces[0] = new IoVector { Base = header, Length = (nuint)(HeaderBytes - link.SentOfAnswer) };
                nint sent = Syscalls.SendVectored(link.Descriptor, pieces, 1, more: true);
                if (sent < 0)
                {
                    return false;
                }

                link.SentOfAnswer += sent;
                continue;
            }

            long at = link.SentOfAnswer - HeaderBytes;
            nint moved = Syscalls.SendFile(link.Descriptor, file, position + at, (int)(recordsBytes - at));
            if (moved < 0)
            {
                return false;
            }

            link.SentOfAnswer += moved;
            if (link.SentOfAnswer == Load.AnswerBytes)
            {
                link.SentOfAnswer = 0;
                link.Owed--;
                position = (position + recordsBytes) % FileBytes;
            }
        }

        return true;
    }

    protected override void Release()
    {
        Syscalls.Close(file);
        File.Delete(path);
        NativeMemory.Free(header);
        NativeMemory.Free(pieces);
    }
}
