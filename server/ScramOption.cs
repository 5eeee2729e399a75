using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Millrace.Protocol.Messages;

namespace Millrace.Server;

/// <summary>
/// Reads <c>--add-scram</c>: a credential to begin with, in the form of <c>kafka-storage format</c>, such as
/// <c>SCRAM-SHA-256=[name=alice,password=alice-secret]</c>. What becomes of a password is RFC 5802's; only its keys are
/// kept.
/// </summary>
internal static class ScramOption
{
    private const int IterationsMin = 4096;
    private const int IterationsMax = 16_384;
    private const int SaltBytes = 20;

    /// <param name="text">The option's value.</param>
    /// <param name="record">The credential; null where it cannot be.</param>
    /// <returns>Null, or what is wrong, without the password.</returns>
    public static string? Parse(string text, out UserScramCredentialRecord? record)
    {
        record = null;
        int sign = text.IndexOf('=', StringComparison.Ordinal);
        string mechanism = sign < 0 ? text : text[..sign];
        string settings = sign < 0 ? "" : text[(sign + 1)..];
        (HashAlgorithmName Hash, int Size, sbyte Id)? found = mechanism switch
        {
            "SCRAM-SHA-256" => (HashAlgorithmName.SHA256, 32, 1),
            "SCRAM-SHA-512" => (HashAlgorithmName.SHA512, 64, 2),
            _ => null,
        };
        if (found is not { } kind)
        {
            return $"--add-scram {mechanism}: there are SCRAM-SHA-256 and SCRAM-SHA-512";
        }

        if (!settings.StartsWith('[') || !settings.EndsWith(']') || !TryReadPairs(settings[1..^1], out var pairs))
        {
            return $"--add-scram {mechanism}: takes {mechanism}=[name=...,password=...], and at will iterations, salt";
        }

        string? problem = TakeNumbers(
            mechanism, kind.Size, pairs, out int iterations, out byte[] salt, out byte[]? salted);
        if (problem is not null)
        {
            return problem;
        }

        salted ??= Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(pairs["password"]), salt, iterations, kind.Hash, kind.Size);
        byte[] clientKey = CryptographicOperations.HmacData(kind.Hash, salted, "Client Key"u8);
        record = new UserScramCredentialRecord
        {
            Name = pairs["name"],
            Mechanism = kind.Id,
            Salt = salt,
            StoredKey = CryptographicOperations.HashData(kind.Hash, clientKey),
            ServerKey = CryptographicOperations.HmacData(kind.Hash, salted, "Server Key"u8),
            Iterations = iterations,
        };
        return null;
    }

    private static string? TakeNumbers(
        string mechanism,
        int size,
        Dictionary<string, string> pairs,
        out int iterations,
        out byte[] salt,
        out byte[]? salted)
    {
        iterations = IterationsMin;
        salt = [];
        salted = null;
        bool hasPassword = pairs.ContainsKey("password");
        if (!pairs.ContainsKey("name") || hasPassword == pairs.ContainsKey("saltedpassword"))
        {
            return $"--add-scram {mechanism}: takes a name, and either a password or a saltedpassword";
        }

        if (!hasPassword && !pairs.ContainsKey("salt"))
        {
            return $"--add-scram {mechanism}: a saltedpassword needs its salt";
        }

        if (pairs.TryGetValue("iterations", out string? count)
            && (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out iterations)
                || iterations is < IterationsMin or > IterationsMax))
        {
            return $"--add-scram {mechanism}: iterations={count}: takes {IterationsMin} to {IterationsMax}";
        }

        salt = RandomNumberGenerator.GetBytes(SaltBytes);
        if (pairs.TryGetValue("salt", out string? text) && !TryReadBase64(text, out salt))
        {
            return $"--add-scram {mechanism}: the salt is not base64";
        }

        return hasPassword || (TryReadBase64(pairs["saltedpassword"], out salted) && salted.Length == size)
            ? null
            : $"--add-scram {mechanism}: the saltedpassword is not base64 of {size} bytes";
    }

    /// <summary>Reads <c>name=value,name="value"</c>; quotes let a value hold a comma.</summary>
    private static bool TryReadPairs(string text, out Dictionary<string, string> pairs)
    {
        pairs = [];
        int at = 0;
        while (at < text.Length)
        {
            int sign = text.IndexOf('=', at);
            if (sign < 0)
            {
                return false;
            }

            string name = text[at..sign].Trim();
            bool isQuoted = sign + 1 < text.Length && text[sign + 1] == '"';
            int start = isQuoted ? sign + 2 : sign + 1;
            int end = text.IndexOf(isQuoted ? '"' : ',', start);
            if (isQuoted && end < 0)
            {
                return false;
            }

            end = end < 0 ? text.Length : end;
            at = isQuoted ? end + 1 : end;
            if ((at < text.Length && text[at] != ',')
                || name is not ("name" or "password" or "saltedpassword" or "iterations" or "salt")
                || !pairs.TryAdd(name, text[start..end]))
            {
                return false;
            }

            at++;
        }

        return pairs.Count > 0;
    }

    private static bool TryReadBase64(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        bool isGood = Convert.TryFromBase64String(text, bytes, out int length) && length > 0;
        bytes = bytes[..length];
        return isGood;
    }
}
