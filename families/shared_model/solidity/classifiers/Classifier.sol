// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IClassifier} from "./IClassifier.sol";
import {
    ARGUMENTS_OFFSET, HEADERS_OFFSET, LANES_PER_WORD, META_HEADERS, META_HEADER_BITS, Meta, Shape
} from "./Layout.sol";

/// @title What all classifiers have in common: loading, words, headers, restarts
/// @notice See IClassifier. Storage is laid out by hand, so that a call reads as few slots as can be:
///
///   slot 0                META, see Layout.sol: state, and the headers of the first classes
///   slot 1                META as it was at the first restart
///   slots 2^32 + i        headers of further classes
///   slots 2^40 + i        words: ten lanes of 24 bits in the low 240 bits
///   those + 2^48          the same since a restart: the top 16 bits name the epoch; a word of an older epoch is not
///                         looked at, so that a restart clears all of them at once
///
/// A header is a bias, or a number of samples with a sum beside it; its width is the classifier's.
/// @dev Invariants:
/// - Only the model that is named in the clone's code changes anything, and the shape never changes.
/// - Classes in META are 0 until the last word of the start is loaded, and never fewer from then on, at most capacity.
/// - Lanes of vectors and features that do not exist are 0, so that a new class begins with no weights.
/// - After a restart every word and header is what it was at the first restart, those of classes added since are 0.
abstract contract Classifier is IClassifier {
    uint256 internal constant WORD_BYTES = 30;
    uint256 internal constant LANES = LANES_PER_WORD;
    uint256 internal constant LANE_BITS = 24;
    /// @dev Shift of a word's first lane.
    uint256 internal constant FIRST_LANE = 216;
    uint256 internal constant LANE_MASK = 0xffffff;
    uint256 internal constant WORD_MASK = 0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff;
    int256 internal constant LANE_MAX = 8_388_607;
    int256 internal constant LANE_MIN = -8_388_608;
    /// @dev 1.0
    int256 internal constant ONE = 1_000_000;
    /// @dev Score of a class that is never predicted: it has no samples.
    int256 internal constant NEVER = type(int128).min;

    uint256 internal constant WORDS = 0x10000000000;
    uint256 private constant META = 0;
    uint256 private constant MARKED = 1;
    uint256 private constant HEADERS = 0x100000000;
    uint256 internal constant SCRATCH = 0x1000000000000;

    uint256 private constant MAX_CAPACITY = 64;
    /// @dev Of a shape before its headers.
    uint256 private constant SHAPE_BYTES = 9;
    uint256 private constant HEADER_BYTES = 4;
    uint256 private constant MIN_CLASSES = 2;
    /// @dev Of a row before its sample: label and length of the sample.
    uint256 private constant ROW_BYTES = 4;

    // Fields of a shape, as BadShape names them.
    uint256 private constant FIELD_FEATURES = 0;
    uint256 private constant FIELD_CAPACITY = 1;
    uint256 private constant FIELD_CLASSES = 2;
    uint256 private constant FIELD_SETTING = 3;
    uint256 private constant FIELD_HEADER_COUNT = 4;
    uint256 private constant FIELD_HEADER_VALUE = 5;
    uint256 private constant FIELD_SIZE = 6;

    // ---------------------------------------------------------------- what a classifier says of itself

    /// @dev Most features.
    function _mostFeatures() internal pure virtual returns (uint256);

    /// @dev Least and most of the setting.
    function _settings() internal pure virtual returns (uint256 least, uint256 most);

    /// @dev Whether headers are biases, and capacity 2 means a single vector.
    function _isPerceptron() internal pure virtual returns (bool);

    /// @dev Bits of a header. A number of samples or a bias takes the lowest 32, a sum those above.
    function _headerBits() internal pure virtual returns (uint256);

    /// @dev Whether asking and teaching fit a transaction, with all the classes that there can ever be.
    function _fits(Shape shape) internal pure virtual returns (bool);

    /// @dev Words of so many vectors.
    function _wordsOf(Shape shape, uint256 vectors) internal pure virtual returns (uint256);

    /// @dev Lanes of a word that weights of the start use.
    function _usedLanes(Shape shape, uint256 index) internal pure virtual returns (uint256 mask);

    /// @dev Checks words about to be loaded for more than unused lanes, and adds them up by vector, where sums are kept.
    function _sum(Shape, uint256, uint256, uint256[] memory) internal pure virtual {}

    /// @dev Reverts unless the model takes the sample.
    function _check(Shape shape, bytes calldata sample) internal pure virtual;

    /// @dev Checks the sample and scores each class.
    function _scores(Shape shape, Meta meta, bytes calldata sample) internal view virtual returns (int256[] memory);

    /// @dev Checks the sample and answers the class with the highest score.
    function _predict(Shape shape, Meta meta, bytes calldata sample) internal view virtual returns (uint256) {
        return _best(_scores(shape, meta, sample));
    }

    /// @dev Learns from a sample that has been checked.
    function _learn(Shape shape, Meta meta, bytes calldata sample, uint256 label, uint256 predicted) internal virtual;

    // ---------------------------------------------------------------- creation and loading

    /// @inheritdoc IClassifier
    function checkShape(bytes calldata shape) external pure {
        if (shape.length < SHAPE_BYTES) revert BadShape(FIELD_FEATURES);
        Shape word;
        assembly ("memory-safe") {
            // As behind the model's address in a clone.
            word := shr(160, calldataload(shape.offset))
        }
        if (word.shapeFeatures() == 0 || word.shapeFeatures() > _mostFeatures()) revert BadShape(FIELD_FEATURES);
        uint256 most = word.shapeCapacity();
        if (most < MIN_CLASSES || most > MAX_CAPACITY) revert BadShape(FIELD_CAPACITY);
        if (word.shapeClasses() < MIN_CLASSES || word.shapeClasses() > most) revert BadShape(FIELD_CLASSES);
        (uint256 leastSetting, uint256 mostSetting) = _settings();
        if (word.shapeSetting() < leastSetting || word.shapeSetting() > mostSetting) revert BadShape(FIELD_SETTING);
        if (!_fits(word)) revert BadShape(FIELD_SIZE);
        uint256 vectors = _startVectors(word);
        if (shape.length != SHAPE_BYTES + HEADER_BYTES * vectors) revert BadShape(FIELD_HEADER_COUNT);
        if (!_isPerceptron()) return;
        for (uint256 i; i < vectors; ++i) {
            uint256 start = SHAPE_BYTES + HEADER_BYTES * i;
            int256 bias = int32(uint32(bytes4(shape[start:start + HEADER_BYTES])));
            if (bias < LANE_MIN || bias > LANE_MAX) revert BadShape(FIELD_HEADER_VALUE);
        }
    }

    /// @inheritdoc IClassifier
    function load(uint32 first, bytes calldata chunk) external returns (bool nowReady) {
        Shape shape = _shapeForModel();
        Meta meta = _meta();
        uint256 all = _needed(shape);
        if (meta.metaClasses() != 0) revert AlreadyLoaded(all);
        uint256 before = meta.metaLoaded();
        if (first != before) revert WrongStart(first, before);
        uint256 taken = chunk.length / WORD_BYTES;
        if (taken == 0 || chunk.length != taken * WORD_BYTES || taken > all - before) revert WrongChunk(chunk.length);

        uint256[] memory sums = new uint256[](_startVectors(shape));
        for (uint256 i; i < taken; ++i) {
            uint256 word;
            assembly ("memory-safe") {
                word := shr(16, calldataload(add(chunk.offset, mul(i, WORD_BYTES))))
            }
            uint256 index = before + i;
            if (word & ~_usedLanes(shape, index) != 0) revert LaneOutOfRange(index);
            _sum(shape, index, word, sums);
            assembly ("memory-safe") {
                sstore(add(WORDS, index), word)
            }
        }
        nowReady = before + taken == all;
        _setMeta(_startHeaders(Meta.wrap(Meta.unwrap(meta) + (taken << META_HEADER_BITS)), shape, sums, nowReady));
    }

    /// @dev Adds to the sums of the headers and, with the last word, what the shape says of each class.
    function _startHeaders(Meta meta, Shape shape, uint256[] memory sums, bool last) private returns (Meta) {
        bool summing = _headerBits() > 32;
        if (summing || last) {
            for (uint256 i; i < sums.length; ++i) {
                uint256 header = _header(meta, i) + (sums[i] << 32);
                meta = _withHeader(meta, i, last ? header | _shapeHeader(i) : header);
            }
        }
        return last ? meta.metaWithClasses(shape.shapeClasses()) : meta;
    }

    /// @dev The 32 bits that the shape gives of a vector.
    function _shapeHeader(uint256 vector) private view returns (uint256 header) {
        assembly ("memory-safe") {
            extcodecopy(address(), 0x00, add(HEADERS_OFFSET, shl(2, vector)), 0x20)
            header := shr(224, mload(0x00))
        }
    }

    // ---------------------------------------------------------------- learning

    /// @inheritdoc IClassifier
    function teach(bytes calldata sample, uint16 label) external returns (uint16 predicted) {
        Shape shape = _shapeForModel();
        Meta meta = _readyMeta(shape);
        if (label >= meta.metaClasses()) revert UnknownLabel(label, meta.metaClasses());
        predicted = uint16(_predict(shape, meta, sample));
        _learn(shape, meta, sample, label, predicted);
    }

    /// @inheritdoc IClassifier
    function addClass() external returns (uint16 index) {
        Shape shape = _shapeForModel();
        Meta meta = _readyMeta(shape);
        index = uint16(meta.metaClasses());
        if (index == shape.shapeCapacity()) revert NoRoomForClass(index);
        // Its words and its header have never been written.
        _setMeta(meta.metaWithClasses(1));
    }

    /// @inheritdoc IClassifier
    /// @dev The first restart marks what the later ones return to; a model that restarts does so before it teaches.
    /// After 65,535 epochs there are no more.
    function restart() external {
        Meta meta = _readyMeta(_shapeForModel());
        uint256 marked;
        if (meta.metaEpoch() == 0) {
            marked = Meta.unwrap(meta) & META_HEADERS;
            assembly ("memory-safe") {
                sstore(MARKED, marked)
            }
        } else {
            assembly ("memory-safe") {
                marked := sload(MARKED)
            }
        }
        // Checked: it overflows rather than meet the words of an old epoch again.
        _setMeta(Meta.wrap(((Meta.unwrap(meta) & ~META_HEADERS) | marked) + (1 << 240)));
    }

    // ---------------------------------------------------------------- asking

    /// @inheritdoc IClassifier
    function predict(bytes calldata sample) external view returns (uint16) {
        Shape shape = _shape();
        return uint16(_predict(shape, _readyMeta(shape), sample));
    }

    /// @inheritdoc IClassifier
    function scores(bytes calldata sample) external view returns (int256[] memory) {
        Shape shape = _shape();
        return _scores(shape, _readyMeta(shape), sample);
    }

    /// @inheritdoc IClassifier
    function check(bytes calldata sample) external view {
        _check(_shape(), sample);
    }

    /// @inheritdoc IClassifier
    function count(bytes calldata rows) external view returns (uint32 correct, uint32 total) {
        Shape shape = _shape();
        Meta meta = _readyMeta(shape);
        uint256 start;
        while (start < rows.length) {
            uint256 memoryBefore;
            assembly ("memory-safe") {
                memoryBefore := mload(0x40)
            }
            if (rows.length - start < ROW_BYTES) revert WrongLength(rows.length, start + ROW_BYTES);
            uint256 label = uint16(bytes2(rows[start:start + 2]));
            uint256 end = start + ROW_BYTES + uint16(bytes2(rows[start + 2:start + ROW_BYTES]));
            if (end > rows.length) revert WrongLength(rows.length, end);
            if (label >= meta.metaClasses()) revert UnknownLabel(label, meta.metaClasses());
            if (_predict(shape, meta, rows[start + ROW_BYTES:end]) == label) ++correct;
            ++total;
            start = end;
            // The next row uses the same memory: the more of it there is, the more each further word costs.
            assembly ("memory-safe") {
                mstore(0x40, memoryBefore)
            }
        }
    }

    /// @dev The class with the highest score, the lowest one of equals.
    function _best(int256[] memory all) internal pure returns (uint256 best) {
        unchecked {
            int256 highest = NEVER;
            for (uint256 i; i < all.length; ++i) {
                if (all[i] > highest) (best, highest) = (i, all[i]);
            }
        }
    }

    // ---------------------------------------------------------------- what it is

    /// @inheritdoc IClassifier
    function model() external view returns (address) {
        return _shape().shapeModel();
    }

    /// @inheritdoc IClassifier
    function features() external view returns (uint32) {
        return uint32(_shape().shapeFeatures());
    }

    /// @inheritdoc IClassifier
    function capacity() external view returns (uint16) {
        return uint16(_shape().shapeCapacity());
    }

    /// @inheritdoc IClassifier
    function classes() external view returns (uint16) {
        Meta meta = _meta();
        return uint16(meta.metaClasses() == 0 ? _shape().shapeClasses() : meta.metaClasses());
    }

    /// @inheritdoc IClassifier
    function setting() external view returns (uint32) {
        return uint32(_shape().shapeSetting());
    }

    /// @inheritdoc IClassifier
    function loaded() external view returns (uint32) {
        return uint32(_meta().metaLoaded());
    }

    /// @inheritdoc IClassifier
    function needed() external view returns (uint32) {
        return uint32(_needed(_shape()));
    }

    /// @inheritdoc IClassifier
    function ready() external view returns (bool) {
        return _meta().metaClasses() != 0;
    }

    /// @inheritdoc IClassifier
    function words(uint32 first, uint32 wordCount) external view returns (bytes memory all) {
        Shape shape = _shape();
        uint256 epoch = _meta().metaEpoch();
        uint256 total = _wordsOf(shape, _vectors(shape));
        uint256 left = first < total ? total - first : 0;
        uint256 listed = wordCount < left ? wordCount : left;
        all = new bytes(listed * WORD_BYTES);
        for (uint256 i; i < listed; ++i) {
            uint256 word = _word(WORDS + first + i, epoch);
            assembly ("memory-safe") {
                // Word after word: the two bytes that are too many are zero, and overwritten by the next.
                let to := add(add(all, 0x20), mul(i, WORD_BYTES))
                mstore(to, or(shl(16, word), and(mload(to), 0xffff)))
            }
        }
    }

    /// @inheritdoc IClassifier
    function headers() external view returns (int256[] memory biasesOrSamples, uint256[] memory sums) {
        Shape shape = _shape();
        Meta meta = _meta();
        bool loaded_ = meta.metaClasses() != 0;
        uint256 vectors = _isBinary(shape) ? 1 : loaded_ ? meta.metaClasses() : shape.shapeClasses();
        biasesOrSamples = new int256[](vectors);
        sums = new uint256[](_headerBits() > 32 ? vectors : 0);
        for (uint256 i; i < vectors; ++i) {
            uint256 header = loaded_ ? _header(meta, i) : _shapeHeader(i);
            biasesOrSamples[i] = _isPerceptron() ? int256(int32(uint32(header))) : int256(uint256(uint32(header)));
            if (sums.length > 0) sums[i] = header >> 32;
        }
    }

    // ---------------------------------------------------------------- for the classifiers

    /// @dev Whether one vector tells two classes apart.
    function _isBinary(Shape shape) internal pure returns (bool) {
        return _isPerceptron() && shape.shapeCapacity() == 2;
    }

    /// @dev Vectors that there can ever be.
    function _vectors(Shape shape) internal pure returns (uint256) {
        return _isBinary(shape) ? 1 : shape.shapeCapacity();
    }

    /// @dev Vectors at the start.
    function _startVectors(Shape shape) internal pure returns (uint256) {
        return _isBinary(shape) ? 1 : shape.shapeClasses();
    }

    function _needed(Shape shape) private pure returns (uint256) {
        return _wordsOf(shape, _startVectors(shape));
    }

    function _shape() internal view returns (Shape shape) {
        assembly ("memory-safe") {
            extcodecopy(address(), 0x00, ARGUMENTS_OFFSET, 0x20)
            shape := mload(0x00)
        }
    }

    function _shapeForModel() private view returns (Shape shape) {
        shape = _shape();
        if (msg.sender != shape.shapeModel()) revert NotModel(msg.sender, shape.shapeModel());
    }

    function _meta() private view returns (Meta meta) {
        assembly ("memory-safe") {
            meta := sload(META)
        }
    }

    function _setMeta(Meta meta) internal {
        assembly ("memory-safe") {
            sstore(META, meta)
        }
    }

    function _readyMeta(Shape shape) private view returns (Meta meta) {
        meta = _meta();
        if (meta.metaClasses() == 0) revert NotReady(meta.metaLoaded(), _needed(shape));
    }

    /// @dev The word of a slot in an epoch. What is above 240 bits is not part of it.
    function _word(uint256 slot, uint256 epoch) internal view returns (uint256 word) {
        assembly ("memory-safe") {
            switch epoch
            case 0 { word := sload(slot) }
            default {
                word := sload(add(slot, SCRATCH))
                if sub(shr(240, word), epoch) { word := sload(slot) }
            }
        }
    }

    function _setWord(uint256 slot, uint256 epoch, uint256 word) internal {
        assembly ("memory-safe") {
            word := and(word, WORD_MASK)
            switch epoch
            case 0 { sstore(slot, word) }
            default { sstore(add(slot, SCRATCH), or(shl(240, epoch), word)) }
        }
    }

    /// @dev Slot of a header that is not in META, and its shift there.
    function _headerPlace(uint256 vector) private pure returns (uint256 slot, uint256 shift) {
        unchecked {
            uint256 bits = _headerBits();
            uint256 further = vector - META_HEADER_BITS / bits;
            return (HEADERS + further / (240 / bits), (further % (240 / bits)) * bits);
        }
    }

    function _header(Meta meta, uint256 vector) internal view returns (uint256) {
        unchecked {
            uint256 bits = _headerBits();
            uint256 mask = (1 << bits) - 1;
            if (vector < META_HEADER_BITS / bits) return (Meta.unwrap(meta) >> (vector * bits)) & mask;
            (uint256 slot, uint256 shift) = _headerPlace(vector);
            return (_word(slot, meta.metaEpoch()) >> shift) & mask;
        }
    }

    /// @dev Writes a header that has a slot of its own; one in META is for the caller to write with it.
    function _withHeader(Meta meta, uint256 vector, uint256 header) internal returns (Meta) {
        unchecked {
            uint256 bits = _headerBits();
            uint256 mask = (1 << bits) - 1;
            if (vector < META_HEADER_BITS / bits) {
                uint256 place = vector * bits;
                return Meta.wrap((Meta.unwrap(meta) & ~(mask << place)) | (header << place));
            }
            (uint256 slot, uint256 shift) = _headerPlace(vector);
            uint256 epoch = meta.metaEpoch();
            _setWord(slot, epoch, (_word(slot, epoch) & ~(mask << shift)) | (header << shift));
            return meta;
        }
    }

    /// @dev A header with one more sample; the number stays where 32 bits end.
    function _withSample(uint256 header) internal pure returns (uint256) {
        unchecked {
            return uint32(header) == type(uint32).max ? header : header + 1;
        }
    }

    function _clamp(int256 value) internal pure returns (int256) {
        if (value > LANE_MAX) return LANE_MAX;
        if (value < LANE_MIN) return LANE_MIN;
        return value;
    }

    /// @dev The bias of a vector.
    function _bias(Meta meta, uint256 vector) internal view returns (int256) {
        return int32(uint32(_header(meta, vector)));
    }

    /// @dev With the bias of a vector moved.
    function _withBias(Meta meta, uint256 vector, int256 change) internal returns (Meta) {
        unchecked {
            int256 bias = _clamp(_bias(meta, vector) + change);
            return _withHeader(meta, vector, uint256(bias) & 0xffffffff);
        }
    }

    /// @dev A mask over the first lanes of a word.
    function _firstLanes(uint256 lanes) internal pure returns (uint256) {
        unchecked {
            return lanes >= LANES ? WORD_MASK : WORD_MASK ^ ((1 << ((LANES - lanes) * LANE_BITS)) - 1);
        }
    }
}
