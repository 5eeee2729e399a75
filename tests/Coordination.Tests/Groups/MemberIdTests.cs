using System.Security.Cryptography;
using Millrace.Coordination.Groups;

namespace Millrace.Coordination.Tests.Groups;

public sealed class MemberIdTests
{
    [Fact]
    public void Ids_are_the_prefix_and_a_random_uuid_of_version_4()
    {
        using RandomNumberGenerator random = RandomNumberGenerator.Create();
        RandomMemberIds ids = new(random);
        HashSet<string> seen = [];
        for (int count = 0; count < 100; count++)
        {
            string id = ids.Next("client");
            Assert.Matches("^client-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", id);
            Assert.True(seen.Add(id));
        }
    }
}
