// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITaskFeedback} from "../src/interfaces/ITaskFeedback.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @notice Documents of settlements with what they say of agents.
library SaidDocument {
    bytes internal constant HEAD = '{"budget":"1000000","payments":[{"agentId":"0","amount":"60"}],"ratings":[';

    /// @dev One item after the other; the caller's ratings need no places.
    function saying(ITaskFeedback.Rating[] memory ratings) internal pure returns (ITaskFeedback.Said memory said) {
        bytes memory document = HEAD;
        for (uint256 i = 0; i < ratings.length; ++i) {
            if (i > 0) document = bytes.concat(document, ",");
            ratings[i].place = document.length;
            document = bytes.concat(document, item(ratings[i]));
        }
        said.document = bytes.concat(document, '],"refund":"50000"}');
        said.ratings = ratings;
    }

    function item(ITaskFeedback.Rating memory rating) internal pure returns (bytes memory) {
        bytes memory agentId = bytes(Strings.toString(rating.agentId));
        bytes memory score = bytes(Strings.toString(rating.score));
        bytes memory numbers = bytes.concat('{"agentId":"', agentId, '","score":', score);
        return bytes.concat(numbers, ',"tag":"', bytes(rating.tag), '"}');
    }
}
