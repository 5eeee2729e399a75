using Millrace.Base;

namespace Millrace.Cluster;

/// <summary>
/// What a replica of the metadata quorum must not forget: it is on the device before anything rests on it.
/// </summary>
/// <param name="LeaderId">The leader of the epoch; -1 where it is not known.</param>
/// <param name="Epoch">The newest epoch known.</param>
/// <param name="VotedId">Who got this replica's vote in the epoch; -1 for nobody.</param>
/// <param name="VotedDirectoryId">The directory of who got it; zero for nobody, or under kraft.version 0.</param>
/// <param name="StaticVoters">Under kraft.version 0 the ids of the voters; null under 1.</param>
public sealed record QuorumVote(
    int LeaderId, int Epoch, int VotedId, Uuid VotedDirectoryId, int[]? StaticVoters);
